//! Documents that are zips of XML (DOCX, OFD): their parts, unpacked within bounds, and the few things that
//! every reader of such XML must refuse. A document type declaration is one of them: no office program
//! writes one, and through it a file could ask for other files or grow without end.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::events::{BytesRef, BytesStart};
use zip::ZipArchive;

use super::ExtractError;

/// Bytes that one part may unpack to.
const PART_BYTES_MAX: u64 = 128 << 20;
/// Bytes that all parts read may unpack to.
const ALL_BYTES_MAX: u64 = 256 << 20;
/// Elements inside each other.
pub(super) const DEPTH_MAX: usize = 1000;

/// One document.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// What may still be unpacked.
    left: u64,
    /// How the codes of errors begin: `docx`.
    format: &'static str,
}

impl<'a> Package<'a> {
    /// Opens the document; `format` is how codes of errors begin.
    pub(super) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, ExtractError> {
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => Ok(Self { archive, left: ALL_BYTES_MAX, format }),
            Err(error) => Err(damaged(format, &error.to_string())),
        }
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        (0..self.archive.len())
            .filter_map(|index| self.archive.name_for_index(index)?.ok().map(Cow::into_owned))
            .collect()
    }

    /// The bytes of a part.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, ExtractError> {
        let format = self.format;
        let entry = self.archive.by_name(name).map_err(|error| damaged(format, &error.to_string()))?;
        let bound = PART_BYTES_MAX.min(self.left);
        let mut bytes = Vec::new();
        entry.take(bound + 1).read_to_end(&mut bytes).map_err(|error| damaged(format, &error.to_string()))?;
        if bytes.len() as u64 > bound {
            let message = format!("{name} unpacks to more than {bound} bytes");
            return Err(ExtractError::new(&format!("{format}_too_large"), message, "文档解压后过大，未读取"));
        }
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }

    /// A part of XML, as text.
    pub(super) fn xml(&mut self, name: &str) -> Result<String, ExtractError> {
        let bytes = self.bytes(name)?;
        let decoded =
            crate::encoding::decode(&bytes).map_err(|error| damaged(self.format, &error.to_string()))?;
        Ok(decoded.text)
    }
}

/// The document does not hold together.
pub(super) fn damaged(format: &str, why: &str) -> ExtractError {
    ExtractError::new(
        &format!("{format}_damaged"),
        format!("not a readable document: {why}"),
        "文档无法读取，可能已损坏",
    )
}

/// The document declares a document type.
pub(super) fn declares_entities(format: &str) -> ExtractError {
    ExtractError::new(
        &format!("{format}_entities"),
        "the document declares entities, which no office program does",
        "文档含有外部实体声明，疑为恶意文件，未读取",
    )
}

/// The character that a reference stands for; only the five of XML itself and numbers are known.
pub(super) fn character(format: &str, reference: &BytesRef<'_>) -> Result<char, ExtractError> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Ok(c);
    }
    match reference.clone().into_inner().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(damaged(format, &format!("the entity &{other}; is not known"))),
    }
}

/// The value of an attribute, whatever the prefix of its name.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name).map(
        |attribute| {
            let raw = attribute.value.as_ref();
            quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), Cow::into_owned)
        },
    )
}
