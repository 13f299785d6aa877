//! What a proposal changes, and what it would do: from settings and stored previews to rows.

use alerts::categories::numbers::numbers;
use alerts::categories::{Mode, Rule};
use alerts::sweep::{Preview, Sample, Settings, preview};
use archive::{NewRulePreview, RulePreview};
use dossier::{Category, Kind, RecordKey, RecordRef, Severity};

use super::broken;
use crate::app::App;
use crate::console::rules::{ChangeRow, PreviewOffice, PreviewView, RuleMode, SampleRow};
use crate::failure::Failure;
use crate::pages::reminders::{Actors, offices, subjects};
use crate::reader::Reader;
use crate::view::View;

/// What differs between two settings, in the order of the categories.
pub(super) fn changes(before: &Settings, after: &Settings) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    for category in Category::ALL {
        let rule =
            |settings: &Settings| settings.rules.iter().find(|rule| rule.category == category).cloned();
        let (old, new) = (rule(before), rule(after));
        let mut row = |label: &str, before: String, after: String| {
            if before != after {
                let label = label.to_owned();
                rows.push(ChangeRow {
                    slug: category.slug(),
                    category: category.title(),
                    label,
                    before,
                    after,
                });
            }
        };
        let mode = |rule: &Option<Rule>| switched(rule.as_ref().map(|rule| rule.mode)).title().to_owned();
        row("启用状态", mode(&old), mode(&new));
        let (old_numbers, new_numbers) =
            (numbers(category, &before.thresholds), numbers(category, &after.thresholds));
        for (old, new) in old_numbers.into_iter().zip(new_numbers) {
            let with_unit = |value: String| format!("{value} {}", old.unit).trim_end().to_owned();
            row(old.label, with_unit(old.value.clone()), with_unit(new.value));
        }
        let text = |rule: &Option<Rule>, of: fn(&Rule) -> &str| rule.as_ref().map(|rule| of(rule).to_owned());
        let basis = |rule| text(rule, |rule| &rule.basis).unwrap_or_default();
        row("依据", basis(&old), basis(&new));
        let version = |rule| text(rule, |rule| &rule.version).unwrap_or_default();
        row("版本名称", version(&old), version(&new));
    }
    rows
}

fn switched(mode: Option<Mode>) -> RuleMode {
    match mode {
        Some(Mode::Live) => RuleMode::Live,
        Some(Mode::Shadow) => RuleMode::Shadow,
        Some(Mode::Off) | None => RuleMode::Off,
    }
}

/// Asks what the proposal `id` would do, and keeps it with the proposal.
pub(super) async fn made(app: &App, reader: &Reader, id: i64, body: &str) -> Result<(), Failure> {
    let book = app.rulebook()?;
    let versions = app.archive().rule_versions().await?;
    let today = app.today();
    let (_, in_force) = book.in_force(&versions, today).map_err(|fault| broken(&fault))?;
    let proposed = book.read(body).map_err(|fault| broken(&fault))?;
    let asked = preview(app.archive(), &in_force, &proposed, today, app.now()).await;
    let shown = asked.map_err(|error| Failure::Internal(error.to_string()))?;
    let new = NewRulePreview {
        rule_version: id,
        as_of: shown.as_of,
        archive_version: shown.archive_version,
        in_force: shown.in_force.clone(),
        proposed: shown.proposed.clone(),
        body: shown.body(),
    };
    app.archive().keep_rule_preview(&new, reader.id(), app.now()).await?;
    Ok(())
}

/// A stored preview as the page shows it.
pub(super) async fn shown(app: &App, view: &View, kept: &RulePreview) -> Result<PreviewView, Failure> {
    let rows = Preview::read(&kept.shown.body).unwrap_or_default();
    let names = offices(app).await?;
    let actors = Actors::load(app).await?;
    let mut wanted: Vec<RecordRef> = Vec::new();
    for (_, one) in &rows {
        wanted.extend(one.new_samples.iter().chain(&one.lost_samples).filter_map(|one| record(&one.subject)));
    }
    let people = subjects(view, wanted).await?;
    let row = |sample: &Sample| {
        let subject =
            record(&sample.subject).and_then(|record| people.get(&record).cloned()).unwrap_or_default();
        SampleRow {
            href: subject.href,
            name: subject.name,
            place: subject.place,
            category: Category::parse(&sample.category).map_or("", Category::title).to_owned(),
            clause: sample.clause.clone(),
            severity: Severity::ALL
                .into_iter()
                .find(|one| one.slug() == sample.severity)
                .map_or("", Severity::title),
        }
    };
    let number = |count: usize| count as u64;
    let mut view_of = PreviewView {
        made: app.local(kept.made_at),
        by: actors.name(&kept.made_by),
        as_of: kept.shown.as_of,
        archive_version: kept.shown.archive_version,
        total: (0, 0, 0),
        offices: Vec::new(),
    };
    for (office, one) in &rows {
        let counts = (number(one.new), number(one.lost), number(one.same));
        view_of.total.0 += counts.0;
        view_of.total.1 += counts.1;
        view_of.total.2 += counts.2;
        let new = one.new_samples.iter().map(|sample| (true, row(sample)));
        let lost = one.lost_samples.iter().map(|sample| (false, row(sample)));
        view_of.offices.push(PreviewOffice {
            name: office.as_ref().map_or_else(
                || "未落实监督单位".to_owned(),
                |key| names.get(key.as_str()).cloned().unwrap_or_else(|| key.to_string()),
            ),
            counts,
            samples: new.chain(lost).collect(),
        });
    }
    view_of.offices.sort_by_key(|office| std::cmp::Reverse(office.counts.0 + office.counts.1));
    Ok(view_of)
}

fn record(subject: &str) -> Option<RecordRef> {
    let (kind, key) = subject.split_once(':')?;
    Some(RecordRef::new(Kind::parse(kind)?, RecordKey::new(key).ok()?))
}
