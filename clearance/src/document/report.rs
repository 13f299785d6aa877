//! The report of a run, before anybody has decided: the six groups that the records suggest, everybody who
//! cannot be put into one of them, with the reason, and the sheets of all but those who are clear.

use super::block::{Block, Table};
use super::letter::{LetterEntry, groups, heading, scope};
use super::sheets::{candidate, sheets};
use crate::answer::Head;
use crate::sheet::state_title;
use crate::stored::StoredRow;
use crate::wording::chinese_day;

/// The states that no group of the letter fits, in the order in which they are listed.
const UNDECIDED: [&str; 5] = ["possible", "ambiguous", "no_dossier", "incomplete", "error"];

/// The report. `code`: the verification code of the stored answer.
pub fn report(head: &Head, code: Option<&str>, rows: &[StoredRow]) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title("党风廉政审核报告\n（送审稿）".to_owned()),
        Block::Table(Table {
            widths: vec![24, 132],
            rows: facts(head, code, rows),
            header: false,
            labels: true,
        }),
    ];
    let decided = rows.iter().filter_map(|row| Some(LetterEntry::of(row, row.opinion?)));
    let mut at = groups(&mut blocks, &decided.collect::<Vec<_>>());
    for state in UNDECIDED {
        let of_state: Vec<&StoredRow> =
            rows.iter().filter(|row| row.state == state && row.opinion.is_none()).collect();
        if of_state.is_empty() {
            continue;
        }
        let text = format!("{}，暂不能提出意见的{}人", state_title(state), of_state.len());
        blocks.push(heading(at, &text));
        blocks.extend(of_state.iter().zip(1..).map(|(row, no)| Block::Paragraph(undecided(row, no))));
        at += 1;
    }
    blocks.push(Block::Note(
        "本报告由系统按记录提示生成，所列内容疑似，需核实；意见由具名人员决定，未经审核签发不得对外使用。"
            .to_owned(),
    ));
    let to_look_at: Vec<StoredRow> = rows.iter().filter(|row| row.state != "clear").cloned().collect();
    blocks.extend(sheets(&to_look_at, &|_| None));
    blocks
}

fn facts(head: &Head, code: Option<&str>, rows: &[StoredRow]) -> Vec<Vec<String>> {
    let mut facts = vec![
        ("审核编号", head.clearance.clone()),
        ("事由", head.purpose.clone()),
        ("截至", chinese_day(head.as_of)),
        ("人数", format!("{}人", rows.len())),
        ("检索范围", scope(head.as_of, head.period, &head.coverage)),
    ];
    if let Some(code) = code {
        facts.push(("核验码", code.to_owned()));
    }
    facts.retain(|(_, text)| !text.trim().is_empty());
    facts.into_iter().map(|(what, text)| vec![what.to_owned(), text]).collect()
}

fn undecided(row: &StoredRow, number: usize) -> String {
    let office = row.office();
    let comma = if office.is_empty() { "" } else { "，" };
    let mut reasons: Vec<String> = row.problems.iter().map(|problem| problem.message.clone()).collect();
    if row.state == "ambiguous" {
        let known: Vec<String> = row.candidates.iter().map(candidate).collect();
        reasons.push(format!("可能是：{}", known.join("；")));
    }
    if !row.mentions.is_empty() {
        reasons.push(format!("文本提及{}处，详见情况表", row.mentions.len()));
    }
    if row.state == "no_dossier" {
        reasons.push("档案库中没有该人员".to_owned());
    }
    format!("{number}．{}{comma}{office}。{}。", row.input.name, reasons.join("；"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::letter::tests::coverage;
    use super::*;
    use dossier::Period;
    use serde_json::json;

    fn row(number: u32, name: &str, state: &str, opinion: Option<&str>) -> StoredRow {
        let row = json!({
            "row": number,
            "input": {"name": name, "id_number": null, "unit": null, "post": null},
            "state": state, "person": null, "matched_by": null, "candidates": [], "opinion": opinion,
            "records": [], "unit_findings": [], "reminders": [], "mentions": [],
            "mentions_outside_period": 0, "problems": [],
        });
        StoredRow::read(&row).unwrap()
    }

    #[test]
    fn everybody_stands_in_the_report_exactly_once() {
        let rows = [
            row(1, "甲", "clear", Some("none")),
            row(2, "乙", "hit", Some("deferred")),
            row(3, "丙", "possible", None),
            row(4, "丁", "ambiguous", None),
            row(5, "戊", "no_dossier", None),
            row(6, "己", "incomplete", None),
            row(7, "庚", "error", None),
        ];
        let head = Head {
            clearance: "C-1".to_owned(),
            as_of: "2026-11-22".parse().unwrap(),
            period: Period::ALWAYS,
            purpose: "提拔".to_owned(),
            coverage: coverage(),
        };
        let blocks = report(&head, Some("QJ-1"), &rows);
        for name in ["甲", "乙", "丙", "丁", "戊", "己", "庚"] {
            let listed = blocks.iter().filter(
                |block| matches!(block, Block::Paragraph(text) if text.starts_with(&format!("1．{name}"))),
            );
            assert_eq!(listed.count(), 1, "{name}");
        }
        let sheets = blocks.iter().filter(|block| **block == Block::PageBreak).count();
        assert_eq!(sheets, 6, "a sheet for everybody but the one who is clear");
    }
}
