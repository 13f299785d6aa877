//! A list of names as it comes from the form: pasted, uploaded, or both. How lists are read is `intake`'s;
//! here a problem finds the field that it is shown beside.

use std::io::Write as _;
use std::path::PathBuf;

use clearance::{Input, ROWS_MAX};
use intake::Extractor;
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
        Ok(list) => {
            inputs.extend(rows(list));
            problems.extend(number_in_name(&inputs).map(|message| problem(Field::Names, message)));
        }
        Err(error) => problems.push(problem(Field::Names, error.message_zh)),
    }
    let uploaded = file.is_some();
    if let Some(file) = file {
        match read(app.archive().dir().to_owned(), app.options().children.clone(), file).await {
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

/// A pasted line whose identity number stands in the cell of the name was parted by spaces. Taken as it is,
/// nobody would bear that name: a person with records would come out as one without a dossier.
fn number_in_name(inputs: &[Input]) -> Option<String> {
    let is_number = |part: &str| {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        digits >= 14 && part.chars().count() <= 18
    };
    let joined = |input: &&Input| input.id_number.is_none() && input.name.split_whitespace().any(is_number);
    let first = inputs.iter().find(joined)?;
    let count = inputs.iter().filter(joined).count();
    Some(format!(
        "有 {count} 行的身份证号和姓名连在一起，如“{}”；请用制表符或逗号分开（空格不算）",
        first.name.trim()
    ))
}

fn problem(field: Field, message: String) -> FieldProblem {
    FieldProblem { field, message }
}

/// Reads the file in a task of its own, and a workbook in a child process: it is foreign, and a reader that
/// breaks must break nothing else. It lies in the data folder meanwhile, which is closed to others, and is
/// gone afterwards.
async fn read(folder: PathBuf, children: Extractor, file: File) -> Result<NameList, String> {
    let reading = tokio::task::spawn_blocking(move || -> Result<NameList, ListError> {
        let mut kept = tempfile::Builder::new().prefix(crate::importing::LIST).tempfile_in(folder)?;
        kept.write_all(&file.content)?;
        from_file(kept.path(), &file.name, &children)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(lines: &[&str], expected: bool) {
        let inputs: Vec<Input> = lines.iter().map(|line| Input::named(line)).collect();
        assert_eq!(number_in_name(&inputs).is_some(), expected, "{lines:?}");
    }

    #[test]
    fn a_number_that_stands_in_the_cell_of_the_name_is_told() {
        told(&["王伟", "李红 11010519491231002X"], true);
        told(&["李红\u{3000}110105194912310"], true);
        told(&["王伟", "王　伟", "阿卜杜拉 赛买提", "王伟 2"], false);
        told(&[], false);
    }
}
