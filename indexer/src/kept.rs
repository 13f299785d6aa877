//! What the index keeps of a text, so that an answer about known names needs nothing else: its content (for
//! quotes, and for what tells persons apart), the facts beside it, and what was noted when it was read.
//!
//! It holds for the version that the document's mark names; `check` makes it anew from the archive and compares.

use archive::StoredText;
use dossier::text::TextKind;
use dossier::{PartialDate, RecordKey};

use crate::noted::Noted;
use crate::packed::{Bytes, Writer};
use crate::reading::{Asked, TextReading};

/// The facts beside a text: who it lists, whose it is, of when, of what kind.
#[derive(Debug, Clone, Copy)]
pub struct TextFrame<'t> {
    /// Its title; empty for none.
    pub title: &'t str,
    /// Its content.
    pub content: &'t str,
    /// SHA-256 (hex) of the content.
    pub text_hash: &'t str,
    /// Unit that its metadata name.
    pub unit: Option<&'t str>,
    /// Its day.
    pub date: Option<PartialDate>,
    /// Whether its kind speaks against those it names.
    pub adverse: bool,
    /// Whether it was recognised in pictures.
    pub by_ocr: bool,
}

impl<'t> TextFrame<'t> {
    /// That of a text of the archive.
    pub fn of(text: &'t StoredText) -> Self {
        let fields = &text.stored.fields;
        Self {
            title: fields.text("title").unwrap_or_default(),
            content: &text.content,
            text_hash: &text.text_hash,
            unit: text.stored.unit.as_ref().map(RecordKey::as_str),
            date: fields.date("date"),
            adverse: fields.text("kind").and_then(TextKind::parse).is_some_and(TextKind::adverse),
            by_ocr: text.by_ocr(),
        }
    }
}

/// A text as the index keeps it.
pub struct KeptText<'b> {
    key: RecordKey,
    frame: TextFrame<'b>,
    persons: Vec<&'b str>,
    reading: TextReading<'b>,
}

impl<'b> KeptText<'b> {
    /// From the bytes of [`encode`], with what was noted of the names `asked`; none if they are not whole.
    pub(crate) fn decode(
        key: RecordKey,
        text_hash: &'b str,
        bytes: &'b [u8],
        asked: &Asked<'_>,
    ) -> Option<Self> {
        let mut from = Bytes(bytes);
        let (title, content) = (from.text()?, from.text()?);
        let persons = from.list(Bytes::text)?;
        let unit = Some(from.text()?).filter(|unit| !unit.is_empty());
        let date = match from.text()? {
            "" => None,
            date => Some(PartialDate::parse(date).ok()?),
        };
        let flags = from.number()?;
        let (adverse, by_ocr) = (flags & 1 != 0, flags & 2 != 0);
        let frame = TextFrame { title, content, text_hash, unit, date, adverse, by_ocr };
        Some(Self { key, frame, persons, reading: asked.pick(from)? })
    }

    /// Its key.
    pub fn key(&self) -> &RecordKey {
        &self.key
    }

    /// Title, content, and what stands beside them.
    pub fn frame(&self) -> TextFrame<'b> {
        self.frame
    }

    /// Keys of the persons that its metadata list.
    pub fn persons(&self) -> impl Iterator<Item = &'b str> + '_ {
        self.persons.iter().copied()
    }

    /// What was noted of it, as far as it is asked for.
    pub fn reading(self) -> TextReading<'b> {
        self.reading
    }
}

/// The bytes of `text`, of which `noted` was read.
pub(crate) fn encode(text: &StoredText, noted: &Noted<'_>) -> Vec<u8> {
    let frame = TextFrame::of(text);
    let room = 128 + frame.title.len() + frame.content.len() + 12 * noted.names.len();
    let mut out = Writer(Vec::with_capacity(room + 5 * noted.content.len()));
    out.text(frame.title);
    out.text(frame.content);
    out.list(text.stored.fields.list("persons"), |out, person| out.text(person));
    out.text(frame.unit.unwrap_or_default());
    out.text(&frame.date.map(|date| date.to_string()).unwrap_or_default());
    out.number(u64::from(frame.adverse) | u64::from(frame.by_ocr) << 1);
    noted.write(&mut out);
    out.0
}
