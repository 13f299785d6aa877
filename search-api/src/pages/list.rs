//! A pasted list of names: one person a line, the columns separated by tabs (as a spreadsheet copies them) or
//! commas. Whatever stands in a line is kept verbatim; nothing is guessed, numbered or merged.

use clearance::Input;

/// The columns in their usual order, as the hint beside the form says.
const COLUMNS: [&str; 6] = ["姓名", "身份证号", "单位", "职务", "出生年月", "拟任职务"];

/// The rows of a pasted list.
pub(super) fn pasted(text: &str) -> Vec<Input> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    let order = lines.peek().and_then(|line| header(line));
    if order.is_some() {
        lines.next();
    }
    let order = order.unwrap_or_else(|| (0..COLUMNS.len()).map(Some).collect());
    lines.map(|line| row(line, &order)).collect()
}

/// The order of the columns, if the line names them: copied from a spreadsheet with its head.
fn header(line: &str) -> Option<Vec<Option<usize>>> {
    let cells = cells(line);
    let order: Vec<Option<usize>> =
        cells.iter().map(|cell| COLUMNS.iter().position(|column| *column == cell.trim())).collect();
    order.contains(&Some(0)).then_some(order)
}

fn cells(line: &str) -> Vec<&str> {
    if line.contains('\t') { line.split('\t').collect() } else { line.split([',', '，']).collect() }
}

fn row(line: &str, order: &[Option<usize>]) -> Input {
    let mut input = Input::default();
    for (cell, column) in cells(line).into_iter().zip(order) {
        let filled = || Some(cell.to_owned()).filter(|text| !text.trim().is_empty());
        match column {
            Some(0) => cell.clone_into(&mut input.name),
            Some(1) => input.id_number = filled(),
            Some(2) => input.unit = filled(),
            Some(3) => input.post = filled(),
            Some(4) => input.birth = filled(),
            Some(5) => input.proposed_post = filled(),
            Some(_) | None => {}
        }
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn rows(text: &str, expected: &[(&str, Option<&str>, Option<&str>, Option<&str>)]) {
        let rows = pasted(text);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.id_number.as_deref(), row.unit.as_deref(), row.post.as_deref()))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_line_is_a_person_and_stays_as_it_was_written() {
        rows("王伟\r\n\r\n 李　红 \n1. 赵强", &[
            ("王伟", None, None, None),
            (" 李　红 ", None, None, None),
            ("1. 赵强", None, None, None),
        ]);
        rows("王伟\t\t样例局\t科长", &[("王伟", None, Some("样例局"), Some("科长"))]);
        rows("王伟,430102199001010011，样例局", &[("王伟", Some("430102199001010011"), Some("样例局"), None)]);
        rows("", &[]);
    }

    #[test]
    fn a_head_copied_along_says_the_order() {
        rows("单位\t姓名\t备注\n样例局\t王伟\t无", &[("王伟", None, Some("样例局"), None)]);
        assert_eq!(pasted("姓名\t出生年月\t拟任职务\n王伟\t1971-05\t局长")[0].birth.as_deref(), Some("1971-05"));
    }
}
