//! 审核底稿: one sheet a person, with everything that the answer rests on. It stays in the office: what goes out
//! is the letter.

use dossier::opinion::Opinion;

use super::block::{Block, Table};
use crate::answer::Tier;
use crate::sheet::{matched_title, state_title, tier_title};
use crate::stored::{StoredRecord, StoredRow};

/// The sheets of `rows`, each beginning a page. `decided`: what a person has decided about a row, in words.
pub fn sheets(rows: &[StoredRow], decided: &dyn Fn(&StoredRow) -> Option<String>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for row in rows {
        blocks.push(Block::PageBreak);
        blocks.push(Block::Title(format!("{}同志廉政审核情况表", row.name())));
        blocks.push(Block::Table(Table {
            widths: vec![24, 132],
            rows: lines(row, decided(row))
                .into_iter()
                .map(|(what, text)| vec![what.to_owned(), text])
                .collect(),
            header: false,
            labels: true,
        }));
        blocks.push(Block::Note("所列内容疑似，需核实；建议意见仅为系统提示，由具名人员决定。".to_owned()));
    }
    blocks
}

fn lines(row: &StoredRow, decided: Option<String>) -> Vec<(&'static str, String)> {
    let known = row.person.as_ref().and_then(|_| row.candidates.first());
    let mut lines = vec![("序号", row.row.to_string()), ("姓名", asked(row)), ("单位职务", row.office())];
    let mut line = |what, text: String| {
        if !text.is_empty() {
            lines.push((what, text));
        }
    };
    line("拟任职务", row.input.proposed_post.clone().unwrap_or_default());
    if let Some(known) = known {
        line("出生年月", known.birth.clone().unwrap_or_default());
        line("身份证尾号", known.id_tail.clone().unwrap_or_default());
    }
    let by = row.matched_by.map(|by| matched_title(by.slug())).unwrap_or_default();
    line("对应档案", row.person.as_ref().map(|person| format!("{person}（{by}）")).unwrap_or_default());
    if row.person.is_none() {
        line("同名档案", row.candidates.iter().map(candidate).collect::<Vec<_>>().join("\n"));
    }
    line("审核结果", state_title(&row.state).to_owned());
    line("建议意见", row.opinion.map_or("（不提出建议）", Opinion::chinese).to_owned());
    line("确定意见", decided.unwrap_or_default());
    line("记录", row.records.iter().map(record).collect::<Vec<_>>().join("\n"));
    line("单位问题", findings(row));
    line("监督提醒", reminders(row));
    let own = row.mentions.iter().filter(|one| one.tier != Tier::Inside);
    line("文本提及", own.map(mention).collect::<Vec<_>>().join("\n"));
    line("较长姓名之中", inside(row));
    if row.mentions_outside_period > 0 {
        line("期间外提及", format!("{}处", row.mentions_outside_period));
    }
    line("需注意", row.problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>().join("\n"));
    lines
}

fn asked(row: &StoredRow) -> String {
    if row.name() == row.input.name {
        row.name().to_owned()
    } else {
        format!("{}（来函写作：{}）", row.name(), row.input.name)
    }
}

pub(super) fn candidate(candidate: &crate::answer::Candidate) -> String {
    let mut parts = vec![format!("{}（{}）", candidate.name, candidate.person)];
    parts.extend([&candidate.unit, &candidate.post].into_iter().flatten().cloned());
    parts.extend(candidate.birth.iter().map(|birth| format!("{birth}生")));
    parts.extend(candidate.id_tail.iter().map(|tail| format!("证件尾号{tail}")));
    parts.join("，")
}

fn record(record: &StoredRecord) -> String {
    let because = match record.shown_because.as_str() {
        "influence" => "影响期内",
        "open" => "未办结",
        "expelled" => "开除",
        _ => "期间内",
    };
    let date = record.date.as_deref().unwrap_or("日期不详");
    let opinion =
        record.opinion.map(|opinion| format!("\n　意见：{}", opinion.chinese())).unwrap_or_default();
    let basis =
        if record.basis.is_empty() { String::new() } else { format!("\n　依据：{}", record.basis) };
    format!("{date}　{}（{}，{because}）{opinion}{basis}", record.summary, record.id)
}

fn findings(row: &StoredRow) -> String {
    let open = row.unit_findings.iter().filter(|finding| finding.open);
    let open: Vec<String> = open.map(|finding| finding.id.to_string()).collect();
    match (row.unit_findings.len(), open.len()) {
        (0, _) => String::new(),
        (all, 0) => format!("所在单位有问题或者建议{all}项，均已整改"),
        (all, left) => {
            format!("所在单位有问题或者建议{all}项，未整改{left}项（{}）", open.join("、"))
        }
    }
}

fn reminders(row: &StoredRow) -> String {
    if row.reminders.is_empty() {
        String::new()
    } else {
        format!("未办结的监督提醒{}项", row.reminders.len())
    }
}

/// Places inside longer names are about somebody else: all of them are counted and named by their texts, and
/// what is said there about others is not put on this person's sheet.
fn inside(row: &StoredRow) -> String {
    let places: Vec<&str> =
        row.mentions.iter().filter(|one| one.tier == Tier::Inside).map(|one| one.text.as_str()).collect();
    if places.is_empty() {
        return String::new();
    }
    let mut texts = places.clone();
    texts.dedup();
    format!("{}处，不是本人：{}", places.len(), texts.join("、"))
}

fn mention(mention: &crate::answer::Mention) -> String {
    let quote = mention.quote.replace('\n', " ");
    let ocr = if mention.ocr { "（文字由图像识别）" } else { "" };
    format!("〔{}〕{}{ocr}：“{quote}”", tier_title(mention.tier.slug()), mention.text)
}
