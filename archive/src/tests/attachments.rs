//! Attachments: told by content, kept as they came, seen with their record, withdrawn and never deleted.

use std::sync::Arc;

use dossier::access::{Offices, Scope};
use dossier::attachment::{FileType, Unfit};

use super::*;
use crate::{AttachmentOwner, NewAttachment};

const PDF: &[u8] = b"%PDF-1.4\nbody\n%%EOF\n";

fn paper(owner: AttachmentOwner, name: &str, content: &[u8]) -> NewAttachment {
    NewAttachment { owner, name: name.to_owned(), content: content.to_vec() }
}

fn of_person() -> AttachmentOwner {
    AttachmentOwner::Record(reference(Kind::Person, "P1"))
}

#[tokio::test]
async fn a_paper_comes_back_byte_for_byte_and_stands_sealed_in_the_file() {
    let office = office().await;
    office.add(vec![person("P1", "王伟")]).await;
    let new = paper(of_person(), "王伟/../函.exe", PDF);
    let attached = office.archive.attach(&new, OPERATOR, at(20)).await.unwrap();
    assert_eq!((attached.name.as_str(), attached.file_type), ("函.pdf", FileType::Pdf));
    assert_eq!(office.archive.attachment_content(&attached).await.unwrap(), PDF);
    let again = office.archive.attach(&new, OPERATOR, at(21)).await.unwrap();
    assert_eq!(again, attached, "the same bytes on the same owner are one attachment");
    let raw: Vec<u8> = sqlx::query_scalar("SELECT content FROM attachment_content")
        .fetch_one(office.archive.readers())
        .await
        .unwrap();
    assert!(!raw.windows(4).any(|four| four == b"body"));
    let entries: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'attachment.%'")
            .fetch_all(office.archive.readers())
            .await
            .unwrap();
    assert_eq!(entries, ["attachment.add"]);
    office.archive.verify_audit().await.unwrap();
    assert!(office.archive.verify_attachments().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_paper_is_refused_and_leaves_nothing() {
    let office = office().await;
    for (content, expected) in [
        (&b""[..], Unfit::Empty),
        (b"MZ program", Unfit::UnknownType),
        (&vec![b'x'; dossier::attachment::ATTACHMENT_BYTES_MAX + 1], Unfit::TooLarge),
    ] {
        let refused = office.archive.attach(&paper(of_person(), "a.pdf", content), OPERATOR, at(20)).await;
        match refused {
            Err(ArchiveError::UnfitAttachment(unfit)) => assert_eq!(unfit, expected),
            other => panic!("{other:?}"),
        }
    }
    assert!(office.archive.attachments(&of_person()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_attachment_is_withdrawn_once_with_a_reason_and_stays() {
    let office = office().await;
    let owner = AttachmentOwner::Consultation { act: "A-1".to_owned(), no: 2 };
    let attached =
        office.archive.attach(&paper(owner.clone(), "a.pdf", PDF), OPERATOR, at(20)).await.unwrap();
    office.archive.withdraw_attachment(&attached.id, "放错了", OPERATOR, at(21)).await.unwrap();
    let listed = office.archive.attachments(&owner).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].withdrawn, Some((OPERATOR.to_owned(), at(21), "放错了".to_owned())));
    for id in [attached.id.as_str(), "F-none"] {
        let again = office.archive.withdraw_attachment(id, "再次", OPERATOR, at(22)).await;
        assert!(matches!(again, Err(ArchiveError::NoSuchAttachment(_))), "{again:?}");
    }
    for sql in [
        "UPDATE attachment SET sha256 = 'x'",
        "DELETE FROM attachment",
        "UPDATE attachment_content SET content = x'00'",
        "DELETE FROM attachment_content",
    ] {
        assert!(sqlx::query(sql).execute(office.archive.writer()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn content_that_was_altered_outside_of_the_program_is_named() {
    let office = office().await;
    let attached = office.archive.attach(&paper(of_person(), "a.pdf", PDF), OPERATOR, at(20)).await.unwrap();
    for sql in
        ["DROP TRIGGER attachment_content_no_update", "UPDATE attachment_content SET content = x'0011'"]
    {
        sqlx::query(sql).execute(office.archive.writer()).await.unwrap();
    }
    assert!(matches!(office.archive.attachment_content(&attached).await, Err(ArchiveError::Damaged(_))));
    assert_eq!(office.archive.verify_attachments().await.unwrap(), [attached.id]);
}

#[tokio::test]
async fn a_reader_sees_the_papers_of_the_records_that_he_sees() {
    let office = office().await;
    office.add(vec![person("P1", "王伟"), person("P2", "李红")]).await;
    let record = |key: &str| AttachmentOwner::Record(reference(Kind::Person, key));
    let one = office.archive.attach(&paper(record("P1"), "a.pdf", PDF), OPERATOR, at(20)).await.unwrap();
    let other = office.archive.attach(&paper(record("P2"), "b.pdf", PDF), OPERATOR, at(20)).await.unwrap();
    let consulted = AttachmentOwner::Consultation { act: "A-1".to_owned(), no: 1 };
    let answer = office.archive.attach(&paper(consulted, "c.pdf", PDF), OPERATOR, at(20)).await.unwrap();
    let day = "2026-11-26".parse().unwrap();
    for (scope, sees) in [
        (Scope::full(), vec![&one.id, &other.id, &answer.id]),
        (Scope { recused_persons: [key("P2")].into(), ..Scope::full() }, vec![&one.id]),
        (Scope { offices: Offices::Below([key("O1")].into()), ..Scope::full() }, vec![]),
    ] {
        let snapshot = office.archive.for_reader(&Arc::new(scope), day).snapshot().await.unwrap();
        for id in [&one.id, &other.id, &answer.id] {
            assert_eq!(snapshot.attachment(id).await.unwrap().is_some(), sees.contains(&id));
        }
        let listed = snapshot.attachments(&reference(Kind::Person, "P1")).await.unwrap();
        assert_eq!(listed.len(), usize::from(sees.contains(&&one.id)));
    }
}
