//! A list of names as it comes from the form: pasted, uploaded, or both. How lists are read is `intake`'s;
//! here a problem finds the field that it is shown beside.

use std::io::Write as _;
use std::path::PathBuf;

use clearance::{Input, ROWS_MAX};
use intake::list::{ListError, ListRow, NameList, from_file, from_paste};

use crate::app::App;
use crate::console::clearances::{Field, FieldProblem};

/// An uploaded list.
pub(super) struct File {
    /// As the browser names it.
    pub(super) name: String,
    /// Its bytes.
    pub(super) content: Vec<u8>,
}

/// The pasted rows, then those of the file, and what is wrong with either.
pub(super) async fn inputs(app: &App, names: &str, file: Option<File>) -> (Vec<Input>, Vec<FieldProblem>) {
    let mut inputs = Vec::new();
    let mut problems = Vec::new();
    match from_paste(names) {
        Ok(list) => inputs.extend(rows(list)),
        Err(error) => problems.push(problem(Field::Names, error.message_zh)),
    }
    let uploaded = file.is_some();
    if let Some(file) = file {
        match read(app.archive().dir().to_owned(), file).await {
            Ok(list) => inputs.extend(rows(list)),
            Err(message) => problems.push(problem(Field::File, message)),
        }
    }
    if inputs.is_empty() && problems.is_empty() {
        let (field, message) = if uploaded {
            (Field::File, "文件里没有名单，请核对表头是否有“姓名”一栏")
        } else {
            (Field::Names, "名单是空的，请粘贴姓名（一行一人），或上传名单文件")
        };
        problems.push(problem(field, message.to_owned()));
    }
    if inputs.len() > ROWS_MAX {
        let message = format!("名单有 {} 行，一次最多 {ROWS_MAX} 行，请拆分后分次审核", inputs.len());
        problems.push(problem(Field::Names, message));
    }
    (inputs, problems)
}

fn problem(field: Field, message: String) -> FieldProblem {
    FieldProblem { field, message }
}

/// Reads the file in a task of its own: it is foreign, and a reader that breaks must break nothing else. It
/// lies in the data folder meanwhile, which is closed to others, and is gone afterwards.
async fn read(folder: PathBuf, file: File) -> Result<NameList, String> {
    let reading = tokio::task::spawn_blocking(move || -> Result<NameList, ListError> {
        let mut kept = tempfile::Builder::new().prefix(".list-").tempfile_in(folder)?;
        kept.write_all(&file.content)?;
        from_file(kept.path(), &file.name)
    });
    match reading.await {
        Ok(Ok(list)) => Ok(list),
        Ok(Err(error)) => Err(error.message_zh),
        Err(_) => Err("文件无法读取，请另存为 XLSX 或 CSV 后重试".to_owned()),
    }
}

fn rows(list: NameList) -> impl Iterator<Item = Input> {
    list.rows.into_iter().map(|row| {
        let ListRow { name, id_number, unit, post, birth, proposed_post } = row;
        Input { name, id_number, unit, post, birth, proposed_post }
    })
}
