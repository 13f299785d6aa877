//! The data dictionary: every table and column as the declarations have them, for whoever fills in a
//! spreadsheet or writes a program that does. Written by the program, so that it cannot differ from it.

use std::fmt::Write as _;

use dossier::text::TextKind;
use dossier::{Column, Declaration, Kind, ValueType};

use crate::template::meaning;

/// The whole page, in Markdown.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Data dictionary (数据字典)\n\n\
         Generated from the declarations in `dossier/src/kinds/`; do not edit. After a change of a declaration:\n\
         `QINGJIAN_WRITE_DICTIONARY=1 cargo nextest run -p intake dictionary`.\n\n\
         A table is a sheet of a workbook, a CSV file, or lines of JSON, called by its Chinese name or its slug; \
         columns likewise. `*` marks what must be filled in, `密` what is stored sealed. Empty means unknown.\n\n",
    );
    index(&mut page);
    for &kind in Kind::ALL {
        if kind == Kind::Text {
            texts(&mut page, kind.declaration());
        } else {
            table(&mut page, kind.declaration());
        }
    }
    page
}

fn index(page: &mut String) {
    page.push_str("| table | slug | columns |\n|---|---|---|\n");
    for kind in Kind::ALL {
        let declaration = kind.declaration();
        let (title, slug, count) = (declaration.title, declaration.slug, declaration.columns.len());
        let _ = writeln!(page, "| [{title}](#{slug}) | `{slug}` | {count} |");
    }
}

fn table(page: &mut String, declaration: &Declaration) {
    let _ = write!(page, "\n<a id=\"{0}\"></a>\n## {1} `{0}`\n\n", declaration.slug, declaration.title);
    if !declaration.note.is_empty() {
        let _ = writeln!(page, "{}\n", declaration.note);
    }
    page.push_str("| column | slug | content | note |\n|---|---|---|---|\n");
    for column in declaration.columns {
        row(page, column);
    }
    for (what, slug) in [("person", declaration.person), ("unit", declaration.unit)] {
        if let Some(column) = slug.and_then(|slug| declaration.column(slug)) {
            let _ = write!(page, "\nThe {what} that a row is about stands in {}.", column.header);
        }
    }
    if declaration.person.is_some() || declaration.unit.is_some() {
        page.push('\n');
    }
}

fn row(page: &mut String, column: &Column) {
    let star = if column.required { "\\*" } else { "" };
    let sealed = if column.sensitive { " 密" } else { "" };
    let content = content(column.value);
    let _ = writeln!(
        page,
        "| {}{star}{sealed} | `{}` | {content} | {} |",
        column.header,
        column.slug,
        column.note.replace('|', "\\|")
    );
}

fn texts(page: &mut String, declaration: &Declaration) {
    table(page, declaration);
    let kinds = |adverse: bool| {
        let of = TextKind::ALL.iter().filter(move |kind| kind.adverse() == adverse);
        of.map(|kind| kind.title()).collect::<Vec<_>>().join(" ")
    };
    let _ = write!(
        page,
        "\nCase texts are files (`.txt .md .html .docx .doc .pdf .ofd .xlsx`, pictures where tesseract is \
         installed; folders and zips of them) or lines of JSON with the content in `text`.\n\n\
         Kinds that speak against those they name: {}. Others: {}.\n",
        kinds(true),
        kinds(false)
    );
}

/// What a column holds: as the note of the template's header says, and the short forms that are understood.
fn content(value: ValueType) -> String {
    let (ValueType::Choice(choices) | ValueType::Choices(choices)) = value else {
        return meaning(value);
    };
    let short: Vec<String> = choices
        .iter()
        .filter(|choice| !choice.also.is_empty())
        .map(|choice| format!("{}={}", choice.also.join("、"), choice.value))
        .collect();
    let also =
        if short.is_empty() { String::new() } else { format!("也可写作：{}。", short.join("；")) };
    format!("{}{also}", meaning(value))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_kept_dictionary_is_the_present_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/data-dictionary.md");
        let present = markdown();
        if std::env::var_os("QINGJIAN_WRITE_DICTIONARY").is_some() {
            std::fs::write(&path, &present).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == present,
            "docs/data-dictionary.md is stale: QINGJIAN_WRITE_DICTIONARY=1 cargo nextest run -p intake dictionary"
        );
    }

    #[test]
    fn every_column_of_every_table_stands_in_it() {
        let page = markdown();
        for kind in Kind::ALL {
            assert!(page.contains(&format!("## {} `{}`", kind.title(), kind.slug())), "{kind}");
            for column in kind.declaration().columns {
                assert!(page.contains(&format!("| `{}` |", column.slug)), "{kind}.{}", column.slug);
            }
        }
        assert!(page.contains("副处=县处级副职"), "short forms are named");
    }
}
