//! The fields of the index. Names of persons and identity numbers never stand in it in a form that a
//! listing of its terms would not already show as text; identity numbers are keyed hashes.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

use crate::characters::CharTokenizer;
use crate::words::WordTokenizer;

const WORDS: &str = "words";
const CHARS: &str = "chars";

/// Handles of the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// `text:T1`, `sanction:S01`: our own id, the only one that survives merges.
    pub(crate) id: Field,
    /// Record kind (slug).
    pub(crate) kind: Field,
    /// Kind of a case text (Chinese), the facet 类别; for records the table's Chinese name.
    pub(crate) class: Field,
    /// Unit key.
    pub(crate) unit: Field,
    /// Keys of the persons it is about, or that a text lists.
    pub(crate) person: Field,
    /// jieba words, and how often each.
    pub(crate) words: Field,
    /// Single characters with positions, normal form.
    pub(crate) chars: Field,
    /// Keys of the known names that stand in it.
    pub(crate) mention: Field,
    /// Keyed hashes of the identity numbers that stand in it.
    pub(crate) identity: Field,
    /// First day of its date as days since 1970, if it has one.
    pub(crate) first_day: Field,
    /// Last day of its date likewise.
    pub(crate) last_day: Field,
    /// Year, as text, for the facet.
    pub(crate) year: Field,
    /// The number of the change with which it came to be as it is.
    pub(crate) seq: Field,
    /// What the archive's record hashed to when it was indexed.
    pub(crate) hash: Field,
    /// Of a text: itself, and what reading it gave (`kept`).
    pub(crate) kept: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = SchemaBuilder::new();
    let split_by = |tokenizer: &str, option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(option)
                .set_fieldnorms(true),
        )
    };
    let fields = Fields {
        id: builder.add_text_field("id", STRING | STORED | FAST),
        kind: builder.add_text_field("kind", STRING | FAST),
        class: builder.add_text_field("class", STRING | FAST),
        unit: builder.add_text_field("unit", STRING | FAST),
        person: builder.add_text_field("person", STRING | FAST),
        // Where a word stands is asked of the characters, whatever a segmenter made of it.
        words: builder.add_text_field("words", split_by(WORDS, IndexRecordOption::WithFreqs)),
        chars: builder.add_text_field("chars", split_by(CHARS, IndexRecordOption::WithFreqsAndPositions)),
        mention: builder.add_text_field("mention", STRING),
        identity: builder.add_text_field("identity", STRING),
        first_day: builder.add_i64_field("first_day", INDEXED | FAST),
        last_day: builder.add_i64_field("last_day", INDEXED | FAST),
        year: builder.add_text_field("year", STRING | FAST),
        seq: builder.add_i64_field("seq", FAST),
        hash: builder.add_text_field("hash", STORED),
        kept: builder.add_bytes_field("kept", STORED),
    };
    (builder.build(), fields)
}

/// The tokenizers by the names used in the schema.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, WordTokenizer::default());
    manager.register(CHARS, CharTokenizer::default());
    manager
}
