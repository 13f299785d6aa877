//! The text of papers: in step with the records that they belong to, counted where there is none, and seen by whoever
//! sees the record.

use std::sync::Arc;

use dossier::access::{Offices, Scope};

use super::*;
use crate::{AttachmentOwner, NewAttachment, PaperCounts, PaperReading, PaperTextState, SYSTEM};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n";

fn sanction(of: &str) -> Incoming {
    row(Kind::Sanction, "S1", &[("person", of), ("type", "警告")])
}

async fn started() -> Office {
    let office = office().await;
    office.add(vec![person("P1", "样例甲"), person("P2", "样例乙"), sanction("P1")]).await;
    office
}

async fn attach(office: &Office, record: RecordRef) -> String {
    let new = NewAttachment {
        owner: AttachmentOwner::Record(record),
        name: "决定书.pdf".to_owned(),
        content: PDF.to_vec(),
    };
    office.archive.attach(&new, OPERATOR, at(20)).await.unwrap().id
}

async fn read(office: &Office, id: &str, content: &str) -> RecordKey {
    let reading = PaperReading::Text { content: content.to_owned(), extractor: "pdf/1".to_owned() };
    office.archive.file_paper(id, &reading, SYSTEM, at(21)).await.unwrap().unwrap()
}

async fn counts(office: &Office) -> (i64, i64, i64) {
    let PaperCounts { read, waiting, unread, .. } =
        office.archive.snapshot().await.unwrap().paper_counts().await.unwrap();
    (read, waiting, unread)
}

/// Whom the live text lists; none: there is no live one.
async fn lists(office: &Office, text: &RecordKey) -> Option<Vec<String>> {
    let found = office.archive.snapshot().await.unwrap().texts(std::slice::from_ref(text)).await.unwrap();
    found.first().map(|text| text.stored.fields.list("persons").to_vec())
}

#[tokio::test]
async fn a_paper_becomes_a_text_that_follows_its_record() {
    let office = started().await;
    let id = attach(&office, reference(Kind::Sanction, "S1")).await;
    assert_eq!(counts(&office).await, (0, 1, 0), "it waits");
    assert_eq!(office.archive.papers_waiting(9).await.unwrap()[0].id, id);
    let text = read(&office, &id, "给予样例甲警告处分。").await;
    assert_eq!(counts(&office).await, (1, 0, 0));
    let reading = PaperReading::Text { content: "别的".to_owned(), extractor: "pdf/1".to_owned() };
    assert_eq!(office.archive.file_paper(&id, &reading, SYSTEM, at(22)).await.unwrap(), None, "read once");
    let stored =
        office.archive.snapshot().await.unwrap().texts(std::slice::from_ref(&text)).await.unwrap().remove(0);
    let field = |slug| stored.stored.fields.text(slug);
    assert_eq!(
        (field("title"), field("kind"), field("file")),
        (Some("决定书"), Some("处分决定"), Some("决定书.pdf"))
    );
    assert_eq!(lists(&office, &text).await, Some(vec!["P1".to_owned()]));
    let versions = office
        .archive
        .snapshot()
        .await
        .unwrap()
        .versions(&RecordRef::new(Kind::Text, text.clone()))
        .await
        .unwrap();
    assert_eq!(
        (versions[0].actor.as_str(), versions[0].reason.clone()),
        (SYSTEM, Some(format!("attachment {id}")))
    );

    office.add(vec![sanction("P2")]).await;
    assert_eq!(
        lists(&office, &text).await,
        Some(vec!["P2".to_owned()]),
        "an import says it is another one's"
    );
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.paper_of_text(&text).await.unwrap().map(|paper| paper.id), Some(id.clone()));
    drop(snapshot);
    office.archive.withdraw_attachment(&id, "不属本案", OPERATOR, at(40)).await.unwrap();
    assert_eq!(lists(&office, &text).await, None, "what was withdrawn is not searched");
    assert_eq!(counts(&office).await, (0, 0, 0));
    assert!(office.archive.verify_records(&mut |_| {}).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_text_goes_with_its_record_and_comes_back_with_it() {
    let office = started().await;
    let extra = office.import(adding("乙"), vec![row(Kind::Case, "L1", &[("person", "P1")])]).await;
    let text = {
        let id = attach(&office, reference(Kind::Case, "L1")).await;
        read(&office, &id, "样例甲涉嫌违纪。").await
    };
    assert!(lists(&office, &text).await.is_some());
    office.archive.undo(extra.id, OPERATOR, at(50)).await.unwrap();
    assert_eq!(lists(&office, &text).await, None);
    office.import(adding("丙"), vec![row(Kind::Case, "L1", &[("person", "P1")])]).await;
    assert_eq!(lists(&office, &text).await, Some(vec!["P1".to_owned()]));
}

#[tokio::test]
async fn what_gives_no_text_is_listed_until_somebody_settles_it() {
    let office = started().await;
    let (one, two) = (
        attach(&office, reference(Kind::Sanction, "S1")).await,
        attach(&office, reference(Kind::Person, "P2")).await,
    );
    for id in [&one, &two] {
        let none =
            PaperReading::Unread { code: "picture".to_owned(), message: "图片没有文字".to_owned() };
        assert_eq!(office.archive.file_paper(id, &none, SYSTEM, at(21)).await.unwrap(), None);
    }
    let listed = office.archive.snapshot().await.unwrap().unread_papers().await.unwrap();
    let told: Vec<_> =
        listed.iter().map(|one| (one.state, one.error_code.as_str(), one.message.as_str())).collect();
    assert_eq!(told, [(PaperTextState::Unread, "picture", "图片没有文字"); 2]);
    assert_eq!(listed[0].records.len(), 1);
    assert_eq!(office.archive.read_papers_again(OPERATOR, at(22)).await.unwrap(), 2);
    assert_eq!(counts(&office).await, (0, 2, 0));
    let none = PaperReading::Unread { code: "picture".to_owned(), message: "图片没有文字".to_owned() };
    office.archive.file_paper(&two, &none, SYSTEM, at(23)).await.unwrap();
    assert!(office.archive.set_paper_aside(&two, "空白页", OPERATOR, at(24)).await.unwrap());
    assert!(
        !office.archive.set_paper_aside(&two, "空白页", OPERATOR, at(24)).await.unwrap(),
        "settled already"
    );
    let typed =
        office.archive.transcribe_paper(&one, "给予警告。\r\n", OPERATOR, at(25)).await.unwrap().unwrap();
    let stored = office.archive.snapshot().await.unwrap().texts(&[typed]).await.unwrap().remove(0);
    assert_eq!((stored.content.as_str(), stored.extractor.as_str()), ("给予警告。\n", "hand/1"));
    assert_eq!(counts(&office).await, (1, 0, 0));
}

#[tokio::test]
async fn whoever_does_not_see_the_record_does_not_see_what_its_paper_says() {
    let office = started().await;
    office.add(vec![row(Kind::Clue, "C1", &[("person", "P1")])]).await;
    let mut texts = Vec::new();
    for record in
        [reference(Kind::Sanction, "S1"), reference(Kind::Clue, "C1"), reference(Kind::Person, "P2")]
    {
        let id = attach(&office, record).await;
        texts.push(read(&office, &id, "样例").await);
    }
    let day = "2026-11-26".parse().unwrap();
    for (scope, sees) in [
        (Scope::full(), [true, true, true]),
        (Scope { withheld: [Kind::Clue].into(), ..Scope::full() }, [true, false, true]),
        (Scope { withheld: [Kind::Sanction].into(), ..Scope::full() }, [false, true, true]),
        (Scope { recused_persons: [key("P1")].into(), ..Scope::full() }, [false, false, true]),
        (Scope { offices: Offices::Below([key("O1")].into()), ..Scope::full() }, [false, false, false]),
    ] {
        let reader = office.archive.for_reader(&Arc::new(scope.clone()), day);
        let snapshot = reader.snapshot().await.unwrap();
        for (text, sees) in texts.iter().zip(sees) {
            let found = snapshot.texts(std::slice::from_ref(text)).await.unwrap();
            assert_eq!(!found.is_empty(), sees, "{scope:?}");
            assert_eq!(snapshot.paper_of_text(text).await.unwrap().is_some(), sees, "{scope:?}");
        }
        let seen = sees.iter().filter(|sees| **sees).count();
        assert_eq!(snapshot.paper_counts().await.unwrap().read, i64::try_from(seen).unwrap(), "{scope:?}");
    }
}
