//! The reply letter: six groups of people (those that are empty are left out), each with its paragraph, and
//! around them what makes it a statement that can be checked: up to when, over what, for what, how long valid.

use chrono::NaiveDate;
use dossier::day::Period;
use dossier::opinion::Opinion;

use super::block::Block;
use crate::coverage::Coverage;
use crate::stored::StoredRow;
use crate::wording::chinese_day;

/// What a letter says besides the persons.
#[derive(Debug, Clone)]
pub struct LetterFacts {
    /// 发文机关.
    pub issuer: String,
    /// 发文字号; none in a draft.
    pub number: Option<String>,
    /// 密级和保密期限, as it is to be printed.
    pub secrecy: Option<String>,
    /// 主送机关: who asked.
    pub requester: String,
    /// 来函文号.
    pub request_no: Option<String>,
    /// 来函日期.
    pub request_date: Option<NaiveDate>,
    /// What it is for.
    pub purpose: String,
    /// 截至: the data cut-off.
    pub as_of: NaiveDate,
    /// The period asked about.
    pub period: Period,
    /// What was searched.
    pub coverage: Coverage,
    /// Days for which it is valid from the cut-off.
    pub valid_days: u32,
    /// The last day of validity.
    pub valid_until: NaiveDate,
    /// 核验码; none in a draft.
    pub code: Option<String>,
    /// 成文日期; none in a draft.
    pub issued_on: Option<NaiveDate>,
    /// 联系人 and 电话.
    pub contact: Option<String>,
    /// Names of those on the list for whom no opinion is given.
    pub left_out: Vec<String>,
}

/// One person of the letter, with the opinion that a person has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterEntry {
    /// Name as the dossier has it.
    pub name: String,
    /// Unit and post.
    pub office: String,
    /// 拟任职务.
    pub proposed: Option<String>,
    /// The opinion.
    pub opinion: Opinion,
    /// What it rests on: a sentence a record, without full stops.
    pub grounds: Vec<String>,
}

impl LetterEntry {
    /// What the records of `row` say, under the opinion `opinion`.
    pub fn of(row: &StoredRow, opinion: Opinion) -> Self {
        let grounds = row.records.iter().map(|record| {
            if record.wording.is_empty() { record.summary.clone() } else { record.wording.clone() }
        });
        let mut grounds: Vec<String> = grounds.collect();
        if grounds.is_empty() && opinion == Opinion::Deferred {
            grounds.push("案件文本中有涉及该同志的内容，正在核实".to_owned());
        }
        Self {
            name: row.name().to_owned(),
            office: row.office(),
            proposed: row.input.proposed_post.clone().filter(|post| !post.trim().is_empty()),
            opinion,
            grounds,
        }
    }

    fn who(&self) -> String {
        let mut who = self.name.clone();
        if !self.office.is_empty() {
            who.push('，');
            who.push_str(&self.office);
        }
        if let Some(post) = &self.proposed {
            who.push_str("（拟任");
            who.push_str(post.trim());
            who.push('）');
        }
        who
    }

    /// `1．王伟，城东区水务局科长。已于…作出…处分，已过处分影响期。对其使用不持异议。`
    pub(super) fn paragraph(&self, number: usize) -> String {
        let who = self.who();
        if self.opinion == Opinion::None {
            return format!("{number}．{who}。");
        }
        let grounds = self.grounds.join("；");
        let stop = if grounds.is_empty() { "" } else { "。" };
        format!("{number}．{who}。{grounds}{stop}{}", self.opinion.letter_phrase())
    }
}

/// 一、 to 十一、: six groups, and in a report five states without an opinion.
const ORDINALS: [&str; 11] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"];

/// A heading with its ordinal.
pub(super) fn heading(at: usize, text: &str) -> Block {
    Block::Heading(format!("{}、{text}", ORDINALS.get(at).copied().unwrap_or("附")))
}

/// The groups that have anybody in them, with their people. Gives the number of groups.
pub(super) fn groups(blocks: &mut Vec<Block>, entries: &[LetterEntry]) -> usize {
    let mut at = 0;
    for opinion in Opinion::ALL {
        let of_group: Vec<&LetterEntry> = entries.iter().filter(|entry| entry.opinion == opinion).collect();
        if of_group.is_empty() {
            continue;
        }
        blocks.push(heading(at, &opinion.heading(of_group.len())));
        blocks.extend(of_group.iter().zip(1..).map(|(entry, no)| Block::Paragraph(entry.paragraph(no))));
        at += 1;
    }
    at
}

/// `王伟等40名同志`.
fn whom(entries: &[LetterEntry]) -> String {
    match entries {
        [] => "有关同志".to_owned(),
        [one] => format!("{}同志", one.name),
        [first, ..] => format!("{}等{}名同志", first.name, entries.len()),
    }
}

/// The letter.
pub fn letter(facts: &LetterFacts, entries: &[LetterEntry]) -> Vec<Block> {
    let number = facts.number.clone().unwrap_or_else(|| "（送审稿，未编发文字号）".to_owned());
    let mut blocks = vec![
        Block::Letterhead(facts.issuer.clone()),
        Block::Number { number, secrecy: facts.secrecy.clone() },
        Block::Title(format!("关于{}\n党风廉政意见的反馈", whom(entries))),
        Block::Salutation(format!("{}：", facts.requester)),
        Block::Paragraph(opening(facts, entries.len())),
    ];
    groups(&mut blocks, entries);
    if !facts.left_out.is_empty() {
        blocks.push(Block::Paragraph(format!(
            "另有{}因身份信息未能核实，本次未提出意见：{}。",
            format_args!("{}人", facts.left_out.len()),
            facts.left_out.join("、")
        )));
    }
    blocks.push(Block::Paragraph(format!(
        "本意见自{}起{}日内有效，有效期至{}；任用前如出现新的情况，以我委最新意见为准。本意见仅供本次{}使用，不得外传。",
        chinese_day(facts.as_of),
        facts.valid_days,
        chinese_day(facts.valid_until),
        purpose(facts),
    )));
    blocks.push(Block::Signature {
        by: facts.issuer.clone(),
        on: facts.issued_on.map_or_else(|| "（签发后填写日期）".to_owned(), chinese_day),
    });
    blocks.push(Block::Note(format!("（检索范围：{}）", scope(facts.as_of, facts.period, &facts.coverage))));
    let code = facts.code.clone().unwrap_or_else(|| "送审稿未编".to_owned());
    let contact = facts.contact.as_ref().map(|who| format!("；联系人：{who}")).unwrap_or_default();
    blocks.push(Block::Note(format!("（核验码：{code}{contact}）")));
    if let Some(on) = facts.issued_on {
        blocks.push(Block::Imprint(vec![format!("{}　{}印发", facts.issuer, chinese_day(on))]));
    }
    blocks
}

fn purpose(facts: &LetterFacts) -> &str {
    if facts.purpose.trim().is_empty() { "征求意见事项" } else { facts.purpose.trim() }
}

fn opening(facts: &LetterFacts, persons: usize) -> String {
    let date = facts.request_date.map(chinese_day).unwrap_or_default();
    let no = facts.request_no.as_ref().map(|no| format!("（{}）", no.trim())).unwrap_or_default();
    format!(
        "你单位{date}来函{no}收悉。来函就{}征求{persons}名同志的党风廉政意见，经审核，截至{}，现将我委在日常监督中掌握的情况反馈如下：",
        purpose(facts),
        chinese_day(facts.as_of),
    )
}

/// What was searched, in one sentence.
pub(super) fn scope(as_of: NaiveDate, period: Period, coverage: &Coverage) -> String {
    let period = match (period.from, period.to) {
        (None, None) => "审核期间不限".to_owned(),
        (Some(from), None) => format!("审核期间为{}以来", chinese_day(from)),
        (None, Some(to)) => format!("审核期间为{}以前", chinese_day(to)),
        (Some(from), Some(to)) => format!("审核期间为{}至{}", chinese_day(from), chinese_day(to)),
    };
    let by_hand = match coverage.texts_settled_by_hand {
        0 => String::new(),
        files => format!("，其中{files}个文件由人工处理"),
    };
    let by_ocr = match coverage.texts_by_ocr {
        0 => String::new(),
        texts => format!("，{texts}篇文字由图像识别"),
    };
    let complete = if coverage.complete {
        "检索完整，无待处理、读取失败或者未列出的内容".to_owned()
    } else {
        format!("检索不完整：{}", coverage.gaps().join("，"))
    };
    let papers = match coverage.papers {
        Some(papers) if papers.read > 0 => format!("（含附件{}份）", papers.read),
        _ => String::new(),
    };
    let remarks = std::iter::once(String::new()).chain(coverage.remarks()).collect::<Vec<_>>().join("；");
    format!(
        "截至{}，廉政档案第{}版，各类记录{}条、案件文本{}篇{papers}{by_hand}{by_ocr}；{period}；{complete}{remarks}",
        chinese_day(as_of),
        coverage.archive_version,
        coverage.records,
        coverage.texts,
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use crate::coverage::Scope;

    pub(crate) fn coverage() -> Coverage {
        Coverage {
            archive_version: 1234,
            records: 10_234,
            texts: 5120,
            texts_pending: 0,
            names_pending: 0,
            texts_failed: 0,
            texts_settled_by_hand: 2,
            texts_by_ocr: 0,
            papers: None,
            sources_overdue: Vec::new(),
            imports_unfinished: 0,
            scope: Scope::Full,
            truncated: false,
            complete: true,
            latest_import: None,
        }
    }

    pub(crate) fn facts() -> LetterFacts {
        LetterFacts {
            issuer: "城东区纪律检查委员会".to_owned(),
            number: Some("城纪函〔2026〕12号".to_owned()),
            secrecy: Some("机密★1年".to_owned()),
            requester: "中共城东区委组织部".to_owned(),
            request_no: Some("城组函〔2026〕31号".to_owned()),
            request_date: "2026-11-20".parse().ok(),
            purpose: "提拔任职".to_owned(),
            as_of: "2026-11-22".parse().unwrap(),
            period: Period::new("2021-01-01".parse().ok(), None).unwrap(),
            coverage: coverage(),
            valid_days: 90,
            valid_until: "2027-02-20".parse().unwrap(),
            code: Some("QJ-AAAA-BBBB-CCCC-DDDD".to_owned()),
            issued_on: "2026-11-26".parse().ok(),
            contact: None,
            left_out: Vec::new(),
        }
    }

    fn entry(name: &str, opinion: Opinion, grounds: &[&str]) -> LetterEntry {
        LetterEntry {
            name: name.to_owned(),
            office: "城东区水务局科长".to_owned(),
            proposed: None,
            opinion,
            grounds: grounds.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    fn texts(blocks: &[Block]) -> Vec<String> {
        let text = |block: &Block| match block {
            Block::Title(text) | Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => {
                Some(text.clone())
            }
            _ => None,
        };
        blocks.iter().filter_map(text).collect()
    }

    #[test]
    fn texts_recognised_in_pictures_are_counted_in_the_scope() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let read = scope(day, Period::default(), &Coverage { texts_by_ocr: 3, ..coverage() });
        assert!(read.contains("案件文本5120篇，其中2个文件由人工处理，3篇文字由图像识别；"), "{read}");
    }

    #[test]
    fn the_letter_has_the_groups_that_have_people_and_what_makes_it_checkable() {
        let entries = [
            entry("李秋实", Opinion::Unfit, &["2026年1月5日立案审查调查，尚未结案"]),
            entry("王伟", Opinion::None, &[]),
            entry("赵清", Opinion::None, &[]),
        ];
        let texts = texts(&letter(&facts(), &entries));
        assert_eq!(texts[0], "关于李秋实等3名同志\n党风廉政意见的反馈");
        assert_eq!(
            texts[1],
            "你单位2026年11月20日来函（城组函〔2026〕31号）收悉。来函就提拔任职征求3名同志的党风廉政意见，\
             经审核，截至2026年11月22日，现将我委在日常监督中掌握的情况反馈如下："
        );
        assert_eq!(
            &texts[2..7],
            [
                "一、未收到问题线索的2人",
                "1．王伟，城东区水务局科长。",
                "2．赵清，城东区水务局科长。",
                "二、收到问题线索，建议不宜使用的1人",
                "1．李秋实，城东区水务局科长。2026年1月5日立案审查调查，尚未结案。建议不宜使用。",
            ]
        );
        assert!(texts[7].contains("90日内有效，有效期至2027年2月20日") && texts[7].contains("不得外传"));
        assert!(texts[8].contains("廉政档案第1234版") && texts[8].contains("检索完整"));
        assert!(texts[9].contains("QJ-AAAA-BBBB-CCCC-DDDD"));
    }

    #[test]
    fn one_person_stands_in_the_title_alone_and_a_draft_says_that_it_is_one() {
        let mut facts = facts();
        (facts.number, facts.code, facts.issued_on) = (None, None, None);
        let blocks = letter(&facts, &[entry("王伟", Opinion::None, &[])]);
        assert!(blocks.contains(&Block::Title("关于王伟同志\n党风廉政意见的反馈".to_owned())));
        assert!(matches!(&blocks[1], Block::Number { number, .. } if number.contains("送审稿")));
        assert!(!blocks.iter().any(|block| matches!(block, Block::Imprint(_))));
    }

    #[test]
    fn an_incomplete_search_is_never_called_complete() {
        let mut coverage = coverage();
        (coverage.complete, coverage.texts_failed) = (false, 3);
        let said = scope("2026-11-22".parse().unwrap(), Period::ALWAYS, &coverage);
        assert!(said.contains("检索不完整：3 个文件读取失败") && !said.contains("检索完整"));
    }
}
