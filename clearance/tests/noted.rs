//! What was noted of a text when it was indexed gives the answer that reading it again gives, whatever names and
//! units have come and gone meanwhile: `verify` never uses the notes, so it is the oracle.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod office;

use std::collections::BTreeSet;

use archive::{Incoming, OPERATOR};
use clearance::verify;
use dossier::{Kind, RecordKey};
use office::{Collected, Office, now, record, request, text};

/// Nested and overlapping, a common word, a unit's name, a dotted one.
const NAMES: &[&str] =
    &["王伟", "王伟明", "伟明", "高峰", "中山", "买买提", "阿卜杜拉·买买提", "刘建", "刘建正"];
const UNITS: &[&str] = &["水务局", "城东区水务局", "中山区水务局", "高峰林场"];
const SAID: &[&str] = &[
    "正在接受审查，",
    "收受礼金。",
    "、",
    "和",
    "，男，1971年5月生，",
    "身份证号11010519491231002X，",
    "局长",
    "身份证号1101**********002X。",
    "明天到会。",
    "\n",
    "其妻",
    "同志主持会议，",
    "俄",
    "公司",
    "　",
];

/// A small generator of its own: the cases are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }

    fn text(&mut self, at: usize) -> Incoming {
        let mut content = String::new();
        for _ in 0..30 {
            content.push_str(match self.roll(5) {
                0 | 1 => self.of(NAMES),
                2 => self.of(UNITS),
                _ => self.of(SAID),
            });
        }
        let title = format!("关于{}{}的通报", self.of(UNITS), self.of(NAMES));
        text(&format!("编号=T{at} 种类=通报 标题={title}"), &content)
    }

    fn person(&mut self, at: usize) -> Vec<Incoming> {
        let name = self.of(NAMES);
        let more = [" 身份证号=11010519491231002X", " 出生年月=1971-05", " 曾用名=王伟明", ""];
        let mut person = format!("人员 编号=P{at} 姓名={name}");
        person.push_str(more[self.roll(more.len())]);
        let post = format!(
            "任职 编号=O{at} 人员编号=P{at} 单位编号=U{} 职务=局长 任职日期=2019-03",
            self.roll(UNITS.len())
        );
        vec![record(&person), record(&post)]
    }

    fn unit(&mut self) -> Incoming {
        let at = self.roll(UNITS.len());
        record(&format!("单位 编号=U{at} 名称={} 别名={}", UNITS[at], self.of(UNITS)))
    }
}

/// Asks for everybody, and has the answer verified by reading every text again.
async fn answered_alike(office: &Office, round: usize) -> Collected {
    let answer = office.ask(request(NAMES)).await;
    let id = &answer.head.as_ref().unwrap().clearance;
    let verified = verify(&office.archive, &office.index, id).await.unwrap();
    assert!(verified.equal, "round {round}: {:?}", verified.rows_differ);
    answer
}

/// A text that comes is not in the answer before the index has it: it is counted as pending, and nobody is
/// clear. In all else the answers before and after are one.
async fn rounds(seed: u64) {
    let mut dice = Dice(seed);
    let mut incoming: Vec<Incoming> = (0..40).map(|at| dice.text(at)).collect();
    incoming.push(dice.unit());
    let office = Office::with(incoming).await;
    for round in 0..24 {
        match dice.roll(6) {
            0 => {
                // A new one, or another version of an old one.
                let at = [100 + round, dice.roll(40)][dice.roll(2)];
                office.take_in(vec![dice.text(at)]).await;
            }
            1 => office.take_in(vec![dice.unit()]).await,
            2 if round > 3 => {
                // Whatever the last import brought goes again: names, units, texts.
                let last = office.archive.imports().await.unwrap();
                let last = last.iter().map(|import| import.id).max().unwrap();
                let _ = office.archive.undo(last, OPERATOR, now()).await;
            }
            _ => office.take_in(dice.person(round)).await,
        }
        let pending = pending_texts(&office).await;
        let before = answered_alike(&office, round).await;
        let coverage = &before.head.as_ref().unwrap().coverage;
        assert_eq!(coverage.texts_pending, i64::try_from(pending.len()).unwrap(), "round {round}");
        if !pending.is_empty() {
            assert!(
                !coverage.complete && before.rows.iter().all(|row| row.state != "clear"),
                "round {round}"
            );
        }
        office.follow().await;
        let after = answered_alike(&office, round).await;
        let (before, caught_up) = (mentions(&before, &pending), mentions(&after, &pending));
        let differ: Vec<_> = before.iter().filter(|one| !caught_up.contains(one)).collect();
        let came: Vec<_> = caught_up.iter().filter(|one| !before.contains(one)).collect();
        assert!(before == caught_up, "round {round}: only before {differ:#?}, only after {came:#?}");
        let coverage = after.head.unwrap().coverage;
        assert!(coverage.complete && coverage.names_pending == 0, "round {round}");
    }
}

/// Texts that the archive has and the index lacks.
async fn pending_texts(office: &Office) -> BTreeSet<RecordKey> {
    let watermark = office.index.watermark().unwrap();
    let changes = office.archive.snapshot().await.unwrap().changes_since(watermark, 1000).await.unwrap();
    let texts = changes.into_iter().filter(|change| change.live && change.record.kind == Kind::Text);
    texts.map(|change| change.record.key).collect()
}

/// Every mention in the order of the answer but those in the texts `but`: its row, its text, and all of it.
fn mentions(answer: &Collected, but: &BTreeSet<RecordKey>) -> Vec<(u32, RecordKey, String)> {
    let all = answer.rows.iter().flat_map(|row| row.mentions.iter().map(move |mention| (row.row, mention)));
    let all = all.filter(|(_, mention)| !but.contains(&mention.text));
    all.map(|(row, mention)| (row, mention.text.clone(), serde_json::to_string(mention).unwrap())).collect()
}

#[tokio::test]
async fn an_answer_from_notes_is_the_answer_of_reading_again_whatever_comes_and_goes() {
    rounds(0x0B5E_55ED).await;
}

#[tokio::test]
async fn and_so_it_is_in_another_office() {
    rounds(4711).await;
}

#[tokio::test]
async fn a_name_learned_later_makes_the_coverage_incomplete_until_the_old_texts_are_searched() {
    let office =
        Office::with(vec![text("编号=T1 种类=新闻", "周后来到会。"), record("人员 编号=P1 姓名=王伟")]).await;
    office.take_in(vec![record("人员 编号=P2 姓名=周后来 曾用名=周来")]).await;
    let ask = || office.ask(request(&["周后来", "王伟"]));
    let pending = ask().await;
    let coverage = pending.head.as_ref().unwrap().coverage.clone();
    assert_eq!((coverage.names_pending, coverage.texts_pending, coverage.complete), (2, 0, false));
    assert_eq!(coverage.gaps(), ["2 个新登记的姓名正在已入库文本中补充检索"]);
    assert_eq!(pending.rows[0].mentions.len(), 1, "answered completely all the same");
    assert!(pending.rows.iter().all(|row| row.state != "clear"));
    office.follow().await;
    let done = ask().await;
    let coverage = &done.head.as_ref().unwrap().coverage;
    assert_eq!((coverage.names_pending, coverage.complete), (0, true));
    assert_eq!(
        serde_json::to_string(&done.rows[0].mentions).unwrap(),
        serde_json::to_string(&pending.rows[0].mentions).unwrap()
    );
}

#[tokio::test]
async fn a_unit_in_the_title_speaks_for_a_name_in_the_content() {
    let office = Office::with(vec![
        record("单位 编号=U1 名称=城东区水务局"),
        record("人员 编号=P1 姓名=王伟"),
        record("任职 编号=O1 人员编号=P1 单位编号=U1 职务=副局长 任职日期=2019-03"),
        text("编号=T1 种类=通报 标题=关于城东区水务局副局长违纪问题的通报", "王伟收受礼金。"),
    ])
    .await;
    let row = office.clear("王伟 单位=城东区水务局").await;
    let mention = &row.mentions[0];
    assert_eq!((mention.tier, mention.start), (clearance::Tier::Corroborated, Some(0)));
    assert_eq!(mention.why, ["unit", "post"]);
}
