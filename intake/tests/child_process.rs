//! The extractor with a real child: this program is started again as its own child, as `qingjian` is. (The
//! other tests give the extractor children made of shell, which die and hang on demand.)

use std::io::{BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use intake::{Extractor, Format, child_main};

const NAME: &str = "children_read_files_and_survive_broken_ones";
const CHILD: &str = "extract-child";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == CHILD) {
        return Ok(child_main(BufReader::new(std::io::stdin()), std::io::stdout()));
    }
    // What test runners ask of a program that is its own harness.
    let ignored = arguments.iter().any(|argument| argument == "--ignored");
    if arguments.iter().any(|argument| argument == "--list") {
        if !ignored {
            writeln!(std::io::stdout(), "{NAME}: test")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if !ignored {
        tokio::runtime::Runtime::new()?.block_on(children_read_files_and_survive_broken_ones())?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn children_read_files_and_survive_broken_ones() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, content: &[u8]| -> Result<PathBuf> {
        let path = folder.path().join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    };
    let extractor = Extractor::new(std::env::current_exe()?, [CHILD]);
    let letter = "BT /F 12 Tf 72 700 Td (The committee decided on 2 March 2021) Tj ET";
    for (name, content, format, expected) in [
        ("a.pdf", pdf(letter), Format::Pdf, "The committee decided"),
        ("b.pdf", pdf("10 10 m 20 20 l 30 10 l h f"), Format::Pdf, "!pdf_no_text"),
        ("c.pdf", b"%PDF-1.4 and nothing more".to_vec(), Format::Pdf, "!pdf_damaged"),
        ("d.docx", docx("关于给予王伟同志处分的决定")?, Format::Docx, "关于给予王伟同志处分的决定"),
        ("e.docx", b"PK".to_vec(), Format::Docx, "!docx_damaged"),
        ("f.html", "<p>王<b>伟</b></p>".into(), Format::Html, "王伟"),
        ("g.txt", "王伟".into(), Format::Text, "王伟"),
    ] {
        let path = write(name, &content)?;
        let text = match extractor.extract(&path, format).await {
            Ok(extracted) => extracted.text,
            Err(error) => format!("!{}", error.code),
        };
        ensure!(text.starts_with(expected), "{name} gave {text:?}");
    }
    nothing_is_lost_over_many_files(&extractor, folder.path()).await?;
    the_memory_of_a_child_is_bounded(&extractor, &folder.path().join("a.pdf")).await
}

async fn nothing_is_lost_over_many_files(extractor: &Extractor, folder: &Path) -> Result<()> {
    for number in 0..50 {
        let path = folder.join(format!("{number}.html"));
        std::fs::write(&path, format!("<p>第{number}份"))?;
        let extracted = extractor.extract(&path, Format::Html).await?;
        ensure!(extracted.text == format!("第{number}份\n"), "{:?}", extracted.text);
    }
    Ok(())
}

async fn the_memory_of_a_child_is_bounded(extractor: &Extractor, pdf: &Path) -> Result<()> {
    let mut narrow = extractor.clone();
    narrow.limits.memory_bytes = 32 << 20;
    let error = narrow.extract(pdf, Format::Pdf).await.err().context("32 MiB were enough")?;
    ensure!(error.code == "extractor_died", "{}", error.code);
    Ok(())
}

fn docx(text: &str) -> Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default())?;
    write!(
        writer,
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )?;
    Ok(writer.finish()?.into_inner())
}

/// A PDF of one page with this content; `/F` is Helvetica.
#[allow(clippy::format_push_string, reason = "a handful of lines")]
fn pdf(content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F 3 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut out = "%PDF-1.4\n".to_owned();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = out.len();
    out.push_str(&format!(
        "xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    ));
    out.into_bytes()
}
