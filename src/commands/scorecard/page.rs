//! The scorecard as a page for people.

use std::fmt::Write as _;

use super::tally::{Class, Scorecard};

/// As Markdown.
pub(super) fn markdown(card: &Scorecard) -> String {
    let mut page = format!(
        "# Scorecard: how well names are found\n\n\
         Written by `qingjian scorecard DIR --page docs/scorecard.md` from a labelled corpus ({} texts, {} names), \
         through the whole program: every name imported as a person, every text indexed, all names cleared at \
         once. Counted per judged (name, text) pair. *Recall*: relevant pairs found in any tier. *Precision*: \
         relevant pairs among those in `linked`, `corroborated` or `name`. *Hidden*: relevant pairs only in \
         `word` or `inside` (they are still listed).\n",
        card.texts, card.names
    );
    classes(&mut page, "By class of name", "class", &card.classes);
    classes(&mut page, "Full Chinese names, by part of the corpus", "part", &card.parts);
    page.push_str("\n## By tier\n\n| best tier of the pair | relevant | not relevant |\n|---|---|---|\n");
    for row in &card.tiers {
        let _ = writeln!(page, "| {} | {} | {} |", row.tier, row.relevant, row.not_relevant);
    }
    page.push_str(
        "\n## Names written otherwise\n\nA sample of the texts, with every labelled name treated.\n\n\
         | treatment | pairs | linked, corroborated, name | word, inside | missed |\n|---|---|---|---|---|\n",
    );
    for row in &card.treatments {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            row.treatment, row.pairs, row.sure, row.possible, row.missed
        );
    }
    page.push_str(
        "\n`look_alike` replaces a surname by one that is used for it (肖 for 萧): before the law it is another \
         name, so a miss is right there, unless the text has the name elsewhere.\n",
    );
    page
}

fn classes(page: &mut String, title: &str, what: &str, rows: &[Class]) {
    let _ = write!(
        page,
        "\n## {title}\n\n| {what} | relevant | not relevant | recall % | precision % | hidden % |\n\
         |---|---|---|---|---|---|\n"
    );
    for row in rows {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {:.3} | {:.3} | {:.3} |",
            row.class, row.relevant, row.not_relevant, row.recall, row.precision, row.hidden
        );
    }
}
