//! By which rules an index was made. Another fingerprint means: build it anew, never guess.

/// Version of the schema and of what goes into its fields; raise it with every change of them.
const SCHEMA: &str = "schema/6";
/// The engine and the dictionary are pinned in the lockfile; their versions are repeated here because a
/// bump of either changes what is stored.
const ENGINE: &str = "tantivy/0.27.0";
const DICTIONARY: &str = "jieba-rs/0.11";

/// Version of the rules by which a place reads, and of what is noted of a text; raise it with every change that
/// can make a text read otherwise.
const READING: &str = "reading/3";

/// The fingerprint of this program: schema, engine, dictionary, normal form, and reading of what
/// it indexes.
pub fn fingerprint() -> String {
    [SCHEMA, ENGINE, DICTIONARY, dossier::normal::VERSION, READING].join(" ")
}
