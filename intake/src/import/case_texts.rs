//! The case texts of an import: read, checked against what came before, or listed as failed with their
//! bytes kept for another try.

use archive::{ArchiveError, FailedFile, Incoming, TextFile};
use dossier::Kind;

use super::{FailedText, ImportError, Stage, Work, texts};
use crate::rejected::{Place, Rejected};
use crate::source::SourceFile;
use crate::text::{ExtractError, Extracted, Extractor, TEXT_FILE_BYTES_MAX};

impl Work<'_> {
    /// Reads the case texts in child processes and lists those that cannot be read.
    pub(super) async fn read_texts(
        &mut self,
        files: Vec<SourceFile>,
        failed: Vec<(SourceFile, ExtractError)>,
        extractor: &Extractor,
    ) -> Result<(), ImportError> {
        self.one_table = false;
        let count = files.len() + failed.len();
        let mut done = failed.len();
        for (file, error) in failed {
            self.failed_text(&file, error).await?;
        }
        let (mut received, workers) = texts::read_all(files, extractor);
        while let Some((file, outcome)) = received.recv().await {
            match outcome {
                Ok(extracted) => self.read_text(&file, extracted),
                Err(error) => self.failed_text(&file, error).await?,
            }
            done += 1;
            self.tell(Stage::Texts, &file.name, done, count);
            self.put_if_full().await?;
        }
        workers.join_all().await;
        self.put_all().await
    }

    fn read_text(&mut self, file: &SourceFile, extracted: Extracted) {
        let place = Place::file(&file.name);
        for warning in &extracted.warnings {
            let code = if warning.code == "read_by_ocr" { "read_by_ocr" } else { "not_read" };
            let (message, message_zh) = (&warning.message, &warning.message_zh);
            self.report.warnings.push(Rejected::whole(&place, code, message, message_zh));
        }
        match texts::metadata(file) {
            Ok(checked) => {
                if let Some(checked) = self.novel(&place, checked, Some(&extracted.text)) {
                    self.text(texts::incoming(checked, extracted, &file.sha256));
                }
            }
            Err(problems) => {
                for problem in problems {
                    self.reject(Rejected::at(&place, problem), None);
                }
            }
        }
    }

    /// Lists the file as failed, and keeps its bytes for another try.
    async fn failed_text(&mut self, file: &SourceFile, error: ExtractError) -> Result<(), ImportError> {
        let upload = if self.request.dry_run || file.bytes > TEXT_FILE_BYTES_MAX {
            None
        } else {
            let content = tokio::fs::read(&file.path).await;
            let content = content.map_err(|source| ArchiveError::Io { path: file.path.clone(), source })?;
            Some(self.archive.keep_upload(content).await?.path)
        };
        self.batch.push(Incoming::Failed(FailedFile {
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            error_code: error.code.clone(),
            reason: error.message.clone(),
            upload,
        }));
        self.failed_keys.push(TextFile::text_key(&file.name, &file.sha256));
        self.unread.covers(Kind::Text);
        self.report.failed_files.push(FailedText {
            file: file.name.clone(),
            code: error.code,
            message: error.message,
            message_zh: error.message_zh,
        });
        Ok(())
    }
}
