//! Files of rows, read on a thread of their own so that the archive writes while the next rows are checked;
//! workbooks in a child process below it. A parser that panics fails its file and nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::fingerprint::sha256_of_file;
use crate::source::SourceFile;
use crate::table::{
    ExtraColumns, Item, RowReader, TableError, kind_named, nearest_table, read_tables, table_names,
};

/// Items handed over at once.
const HANDED_OVER: usize = 500;

/// The one reader of workbooks of an import.
pub(super) type Reader = Arc<Mutex<RowReader>>;

/// Reads `file`, handing its items to `results`.
pub(super) async fn read(
    file: SourceFile,
    extra: ExtraColumns,
    reader: Reader,
    results: mpsc::Sender<Vec<Item>>,
) -> Result<(), TableError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut waiting = Vec::with_capacity(HANDED_OVER);
        let mut emit = |item: Item| {
            waiting.push(item);
            waiting.len() < HANDED_OVER || results.blocking_send(std::mem::take(&mut waiting)).is_ok()
        };
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        let read = read_tables(&file.path, &file.name, file.format, extra, Some(&mut *reader), &mut emit);
        let read = read.and_then(|()| unchanged(&file));
        // Nobody listens any more only when the import has failed for another reason.
        let _ = results.blocking_send(waiting);
        read
    });
    match read.await {
        Ok(read) => read,
        Err(_) => Err(TableError::new(
            "parser_panicked",
            "the parser gave up on this file",
            "文件结构异常，解析失败",
        )),
    }
}

/// A file that somebody writes to while it is read may have been read as neither the old nor the new one.
fn unchanged(file: &SourceFile) -> Result<(), TableError> {
    let (sha256, _) = sha256_of_file(&file.path)?;
    if sha256 == file.sha256 {
        return Ok(());
    }
    Err(TableError::new(
        "file_changed",
        "the file changed while it was being read; import it again",
        "文件在读取过程中被修改，请重新导入",
    ))
}

/// Whether a workbook found among other files is meant as tables: one of its sheets is called like a table,
/// or nearly so. One that was named by itself always is.
pub(super) async fn is_meant_as_table(file: &SourceFile, reader: &Reader) -> bool {
    if file.direct || !file.format.is_workbook() {
        return true;
    }
    let (file, reader) = (file.clone(), Arc::clone(reader));
    let names = tokio::task::spawn_blocking(move || {
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        table_names(&file.path, &file.name, file.format, &mut reader)
    });
    match names.await {
        Ok(Ok(names)) => names.iter().any(|name| kind_named(name).is_some() || nearest_table(name).is_some()),
        // What cannot be opened is reported as a table that cannot be opened.
        _ => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::text::Extractor;

    #[tokio::test]
    async fn a_file_that_changed_meanwhile_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("人员.csv");
        std::fs::write(&path, "编号,姓名\nP1,王伟\n").unwrap();
        let (sha256, bytes) = sha256_of_file(&path).unwrap();
        let name = "人员.csv".to_owned();
        let file = SourceFile { name, path: path.clone(), format: Format::Csv, bytes, sha256, direct: true };
        let read_it = || async {
            let (results, mut received) = mpsc::channel(4);
            let reader = Arc::new(Mutex::new(RowReader::new(&Extractor::new("", [""; 0]))));
            let reading = tokio::spawn(read(file.clone(), ExtraColumns::Refuse, reader, results));
            while received.recv().await.is_some() {}
            reading.await.unwrap()
        };
        assert_eq!(read_it().await, Ok(()));
        std::fs::write(&path, "编号,姓名\nP1,李娜\n").unwrap();
        assert_eq!(read_it().await.unwrap_err().code, "file_changed");
    }
}
