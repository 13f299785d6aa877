//! The empty workbook that offices fill in: a sheet per table, made from the declarations. Header cells carry
//! notes, closed vocabularies drop-downs, and columns of keys and numbers are text so that no digit is lost.

use std::path::Path;

use dossier::{Choice, Column, Declaration, Kind, ValueType};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError,
};

/// Rows that have drop-downs and text format beyond the header.
const PREPARED_ROWS: u32 = 10_000;
/// The font of everything written for the office.
const FONT: &str = "宋体";

/// Why a workbook was not written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct WorkbookError {
    /// The file.
    pub path: std::path::PathBuf,
    /// What the writer said.
    #[source]
    pub source: XlsxError,
}

/// Writes the template to `path`.
pub fn write_template(path: &Path) -> Result<(), WorkbookError> {
    let error = |source| WorkbookError { path: path.to_owned(), source };
    let mut workbook = Workbook::new();
    explanations(workbook.add_worksheet()).map_err(error)?;
    for &kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Text) {
        table(workbook.add_worksheet(), kind.declaration()).map_err(error)?;
    }
    workbook.save(path).map_err(error)
}

fn text_format() -> Format {
    Format::new().set_font_name(FONT).set_num_format("@")
}

/// Writes the sheet name and the header row of a table.
pub(crate) fn header(sheet: &mut Worksheet, declaration: &Declaration) -> Result<(), XlsxError> {
    sheet.set_name(declaration.title)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, at) in declaration.columns.iter().zip(0u16..) {
        let mut format = Format::new()
            .set_font_name(FONT)
            .set_align(FormatAlign::Center)
            .set_background_color(0x00E8_EEF4);
        if column.required {
            format = format.set_bold();
        }
        let star = if column.required { "*" } else { "" };
        sheet.write_string_with_format(0, at, format!("{}{star}", column.header), &format)?;
        let width = column.header.chars().count() * 2 + 4;
        sheet.set_column_width(at, f64::from(u16::try_from(width.clamp(10, 40)).unwrap_or(10)))?;
        // Every cell is text: keys keep their zeros, long numbers their digits, months stay months.
        sheet.set_column_format(at, &text_format())?;
    }
    Ok(())
}

fn table(sheet: &mut Worksheet, declaration: &Declaration) -> Result<(), XlsxError> {
    header(sheet, declaration)?;
    for (column, at) in declaration.columns.iter().zip(0u16..) {
        let note = Note::new(note(column))
            .add_author_prefix(false)
            .set_font_name(FONT)
            .set_width(260)
            .set_height(120);
        sheet.insert_note(0, at, &note)?;
        if let Some(values) = drop_down(column.value)
            && let Ok(validation) = DataValidation::new().allow_list_strings(&values)
        {
            // A list longer than the format allows has its values in the note alone.
            let validation = validation
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_title("不在可选值中")?
                .set_error_message("请从下拉列表中选择")?;
            sheet.add_data_validation(1, at, PREPARED_ROWS, at, &validation)?;
        }
    }
    Ok(())
}

fn drop_down(value: ValueType) -> Option<Vec<&'static str>> {
    match value {
        ValueType::Choice(choices) => Some(choices.iter().map(|choice| choice.value).collect()),
        ValueType::YesNo => Some(vec!["是", "否"]),
        ValueType::Key
        | ValueType::Reference(_)
        | ValueType::References(_)
        | ValueType::Text
        | ValueType::LongText
        | ValueType::List
        | ValueType::Name
        | ValueType::Names
        | ValueType::Date
        | ValueType::Choices(_)
        | ValueType::Number(_)
        | ValueType::Integer(_)
        | ValueType::Year
        | ValueType::CitizenId
        | ValueType::OtherId
        | ValueType::CreditCode
        | ValueType::Emails => None,
    }
}

/// What a column is for, in words for the office.
pub(crate) fn note(column: &Column) -> String {
    let mut parts = vec![if column.required { "必填。" } else { "选填。" }.to_owned(), meaning(column.value)];
    if !column.note.is_empty() {
        parts.push(format!("{}。", column.note.trim_end_matches('。')));
    }
    parts.concat()
}

/// What may stand in a column.
pub(crate) fn meaning(value: ValueType) -> String {
    let listed =
        |choices: &[Choice]| choices.iter().map(|choice| choice.value).collect::<Vec<_>>().join("、");
    match value {
        ValueType::Key => "本行的唯一编号，不超过64个字符。".to_owned(),
        ValueType::Reference(kind) => format!("“{}”表中的编号。", kind.title()),
        ValueType::References(kind) => format!("“{}”表中的编号，多个用；或、分隔。", kind.title()),
        ValueType::Text | ValueType::LongText => "文字。".to_owned(),
        ValueType::List => "多项用；或、分隔。".to_owned(),
        ValueType::Name => "真实姓名，不能用“张某”。".to_owned(),
        ValueType::Names => "真实姓名，多个用；或、分隔。".to_owned(),
        ValueType::Date => "日期，如 2026-03-09；只知年月时写 2026-03。".to_owned(),
        ValueType::YesNo => "是 或 否；不清楚请留空。".to_owned(),
        ValueType::Choice(choices) => format!("只能填写：{}。", listed(choices)),
        ValueType::Choices(choices) => format!("可填多项（用；或、分隔）：{}。", listed(choices)),
        ValueType::Number(unit) => format!("数字，单位：{unit}。"),
        ValueType::Integer(unit) => format!("整数，单位：{unit}。"),
        ValueType::Year => "年度，如 2026。".to_owned(),
        ValueType::CitizenId => "18位或15位身份证号。".to_owned(),
        ValueType::OtherId => "证件号码。".to_owned(),
        ValueType::CreditCode => "18位统一社会信用代码。".to_owned(),
        ValueType::Emails => "邮箱地址，多个用；分隔。".to_owned(),
    }
}

fn explanations(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    const LINES: &[&str] = &[
        "填表说明",
        "一、每张工作表对应一类记录，表名和表头请勿改动；没有内容的表可以留空。",
        "二、表头带 * 的为必填列。把鼠标停在表头上可以看到该列的填写要求。",
        "三、日期写作 2026-03-09；只知年月的写作 2026-03，不要补成1日。",
        "四、是/否类的列不清楚时请留空，留空表示“不清楚”，不表示“否”。",
        "五、编号用来识别同一条记录：编号相同、内容有改动的行，导入后成为该记录的新版本。",
        "六、身份证号等长号码请保持文本格式，以免末几位丢失。",
        "七、案件文本（决定、通报、笔录等）请以文件夹或压缩包另行导入。",
    ];
    sheet.set_name("说明")?;
    sheet.set_column_width(0, 100)?;
    let plain = Format::new().set_font_name(FONT).set_text_wrap();
    let title = Format::new().set_font_name(FONT).set_bold().set_font_size(16);
    for (line, row) in LINES.iter().zip(0u32..) {
        sheet.write_string_with_format(row, 0, *line, if row == 0 { &title } else { &plain })?;
    }
    for (&kind, row) in Kind::ALL.iter().filter(|kind| **kind != Kind::Text).zip(9u32..) {
        let declaration = kind.declaration();
        sheet.write_string_with_format(
            row,
            0,
            format!("{}：{}", declaration.title, declaration.note),
            &plain,
        )?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::format::Format as FileFormat;
    use crate::table::{ExtraColumns, Item, read_tables};

    #[test]
    fn the_template_is_read_back_as_every_table_with_no_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("模板.xlsx");
        write_template(&path).unwrap();
        let mut covered = Vec::new();
        let mut ignored = 0;
        let mut emit = |item: Item| {
            match item {
                Item::Covers(kind) => covered.push(kind),
                Item::Ignored(_) => ignored += 1,
                other => panic!("{other:?}"),
            }
            true
        };
        read_tables(&path, "模板.xlsx", FileFormat::Xlsx, ExtraColumns::Refuse, None, &mut emit).unwrap();
        let expected: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Text).collect();
        assert_eq!((covered, ignored), (expected, 1));
    }

    #[test]
    fn notes_say_what_may_be_written() {
        let column = |kind: Kind, slug: &str| note(kind.declaration().column(slug).unwrap());
        assert!(column(Kind::Sanction, "category").starts_with("必填。只能填写：党纪、政务"));
        assert!(column(Kind::Person, "birth").contains("2026-03"));
        assert!(column(Kind::Post, "person").contains("“人员”表中的编号"));
    }
}
