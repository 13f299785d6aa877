//! A reader's view of the archive: the same store, of which he sees what his scope leaves.
//!
//! When a snapshot is taken for him, small tables of its own connection say what his scope is, and views of
//! that connection stand before the tables of records under their very names: every question, also one that
//! is written later, meets the view. So no caller can forget the scope.

mod papers;
mod visible;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use dossier::access::{Offices, Scope};
use dossier::{Kind, RecordKey};
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::sql::insert_all;

pub use visible::Visible;

/// A scope, and the day on which it is asked who holds which post.
#[derive(Debug, Clone)]
pub(crate) struct Narrowing {
    pub(crate) scope: Arc<Scope>,
    pub(crate) day: NaiveDate,
}

const TABLES: &str = "CREATE TEMP TABLE scope_office (key TEXT PRIMARY KEY);
CREATE TEMP TABLE scope_unit (key TEXT PRIMARY KEY);
CREATE TEMP TABLE scope_person (key TEXT PRIMARY KEY);
CREATE TEMP TABLE scope_text (key TEXT PRIMARY KEY);
CREATE TEMP TABLE scope_granted_text (key TEXT PRIMARY KEY);
CREATE TEMP TABLE scope_grant (person TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (person, kind));
CREATE TEMP TABLE scope_grant_unit (unit TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (unit, kind));";

/// Who holds a post, or held one last, in one of the units of `scope_unit`: the post that decides to which
/// office a person belongs. Held goes before past, main before other, late before early.
const BY_POST: &str = "SELECT person FROM (
    SELECT p.person, p.unit, ROW_NUMBER() OVER (PARTITION BY p.person ORDER BY
        CASE WHEN p.first_day <= $1 AND (p.last_day = '' OR p.last_day > $1) THEN 0 ELSE 1 END,
        CASE WHEN p.main = 1 THEN 0 ELSE 1 END, p.first_day DESC, p.post) AS place
    FROM place_post p
    WHERE p.person IN (SELECT person FROM place_post WHERE unit IN (SELECT key FROM scope_unit))) decided
    WHERE decided.place = 1 AND decided.unit IN (SELECT key FROM scope_unit)";

impl Narrowing {
    /// Lays the scope out on the connection of a snapshot. It goes with the snapshot's transaction.
    pub(crate) async fn lay_out(&self, connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
        // Readers cannot write; tables of the connection itself are no writing in that sense.
        sqlx::raw_sql("PRAGMA query_only = OFF").execute(&mut *connection).await?;
        let laid = self.fill(connection).await;
        sqlx::raw_sql("PRAGMA query_only = ON").execute(&mut *connection).await?;
        laid
    }

    async fn fill(&self, connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
        sqlx::raw_sql(TABLES).execute(&mut *connection).await?;
        let recused: Vec<&str> = self.scope.recused_persons.iter().map(RecordKey::as_str).collect();
        let away: Vec<&str> = self.scope.recused_units.iter().map(RecordKey::as_str).collect();
        match &self.scope.offices {
            Offices::All => {
                keys(connection, "INSERT INTO scope_unit (key) ", &away).await?;
                keys(connection, "INSERT INTO scope_person (key) ", &recused).await?;
                self.insert(connection, "INSERT OR IGNORE INTO scope_person (key) ", BY_POST).await?;
                self.hide_texts(connection).await?;
            }
            Offices::Below(roots) => {
                let roots = roots.iter().map(|key| key.as_str().to_owned()).collect();
                let offices = below(connection, roots).await?;
                let units = units_of(connection, &offices).await?;
                let offices: Vec<&str> = offices.iter().map(String::as_str).collect();
                let units: Vec<&str> =
                    units.iter().map(String::as_str).filter(|unit| !away.contains(unit)).collect();
                keys(connection, "INSERT INTO scope_office (key) ", &offices).await?;
                keys(connection, "INSERT INTO scope_unit (key) ", &units).await?;
                let own = "SELECT person FROM place_person WHERE office IN (SELECT key FROM scope_office)";
                self.insert(connection, "INSERT OR IGNORE INTO scope_person (key) ", own).await?;
                let by_post = format!(
                    "SELECT person FROM ({BY_POST}) WHERE person NOT IN (SELECT person FROM place_person)"
                );
                self.insert(connection, "INSERT OR IGNORE INTO scope_person (key) ", &by_post).await?;
                keep_away(connection, &recused, &away).await?;
                self.show_texts(connection).await?;
            }
        }
        let grants: Vec<(&str, &str)> = self
            .scope
            .granted
            .iter()
            .filter(|(person, _)| !recused.contains(&person.as_str()))
            .flat_map(|(person, kinds)| kinds.iter().map(|kind| (person.as_str(), kind.slug())))
            .collect();
        let head = "INSERT INTO scope_grant (person, kind) ";
        insert_all(connection, head, &grants, "", |values, (person, kind)| {
            values.push_bind(*person).push_bind(*kind);
        })
        .await?;
        let units = self.scope.granted_units.iter();
        let grants: Vec<(&str, &str)> =
            units.flat_map(|(unit, kinds)| kinds.iter().map(|kind| (unit.as_str(), kind.slug()))).collect();
        let head = "INSERT INTO scope_grant_unit (unit, kind) ";
        insert_all(connection, head, &grants, "", |values, (unit, kind)| {
            values.push_bind(*unit).push_bind(*kind);
        })
        .await?;
        self.grant_texts(connection, &recused).await?;
        self.texts_of_papers(connection, self.scope.offices == Offices::All).await?;
        for view in self.views() {
            sqlx::query(sqlx::AssertSqlSafe(view)).execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// What stands before the tables. Of imports and files nothing is shown: they are about everything.
    fn views(&self) -> [String; 21] {
        let (records, persons) = (self.records(), self.persons("n.person"));
        let of_record = |table: &str| {
            format!(
                "CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} x WHERE EXISTS (SELECT 1 FROM main.record r \
                 WHERE r.kind = x.kind AND r.key = x.key{records})"
            )
        };
        let nothing =
            |table: &str| format!("CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE 1 = 0");
        [
            format!("CREATE TEMP VIEW record AS SELECT * FROM main.record r WHERE 1 = 1{records}"),
            of_record("record_version"),
            of_record("identity"),
            format!("CREATE TEMP VIEW name AS SELECT * FROM main.name n WHERE 1 = 1{persons}"),
            format!(
                "CREATE TEMP VIEW live_count AS SELECT r.kind AS kind, COUNT(*) AS live FROM main.record r \
                 WHERE r.state = 'live'{records} GROUP BY r.kind"
            ),
            nothing("import"),
            nothing("text_file"),
            nothing("conflict"),
            format!(
                "CREATE TEMP VIEW attachment AS SELECT * FROM main.attachment x WHERE EXISTS (SELECT 1 FROM main.record r \
                 WHERE r.kind = x.owner_kind AND r.key = x.owner_id{records})"
            ),
            format!(
                "CREATE TEMP VIEW dossier_change_item AS SELECT * FROM main.dossier_change_item r WHERE {}",
                self.steps()
            ),
            format!(
                "CREATE TEMP VIEW dossier_change AS SELECT * FROM main.dossier_change c WHERE NOT EXISTS \
                 (SELECT 1 FROM main.dossier_change_item r WHERE r.change = c.id AND NOT ({}))",
                self.steps()
            ),
            format!(
                "CREATE TEMP VIEW dossier_standing AS SELECT * FROM main.dossier_standing n WHERE 1 = 1{persons}"
            ),
            format!(
                "CREATE TEMP VIEW dossier_catalogue AS SELECT * FROM main.dossier_catalogue n WHERE 1 = 1{persons}"
            ),
            format!(
                "CREATE TEMP VIEW declared_verdict AS SELECT * FROM main.declared_verdict n WHERE 1 = 1{persons}"
            ),
            format!(
                "CREATE TEMP VIEW dossier_roster AS SELECT * FROM main.dossier_roster r WHERE r.unit {} (SELECT key FROM scope_unit)",
                self.seen()
            ),
            nothing("source_cadence"),
            nothing("source_office"),
            self.of_office("upkeep_nudge"),
            self.of_office("upkeep_duty"),
            "CREATE TEMP VIEW upkeep_nudge_duty AS SELECT * FROM main.upkeep_nudge_duty d WHERE d.nudge IN \
             (SELECT id FROM upkeep_nudge)"
                .to_owned(),
            "CREATE TEMP VIEW attachment_text AS SELECT * FROM main.attachment_text t WHERE t.attachment IN \
             (SELECT id FROM attachment)"
                .to_owned(),
        ]
    }

    /// Rows of the offices of the scope.
    fn of_office(&self, table: &str) -> String {
        let all = format!("CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} x");
        match self.scope.offices {
            Offices::All => all,
            Offices::Below(_) => format!("{all} WHERE x.office IN (SELECT key FROM scope_office)"),
        }
    }

    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        head: &str,
        select: &str,
    ) -> Result<(), ArchiveError> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{head}{select}")))
            .bind(self.day.to_string())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Texts that are too secret, of a withheld kind, or about somebody the reader stays away from.
    async fn hide_texts(&self, connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
        let withheld = self.withheld_texts();
        let sql = format!(
            "INSERT OR IGNORE INTO scope_text (key) \
             SELECT text FROM place_text WHERE secrecy > $1 OR kind IN ({withheld}) \
             UNION SELECT text FROM place_text_person WHERE person IN (SELECT key FROM scope_person) \
             UNION SELECT key FROM main.record WHERE kind = 'text' AND unit IN (SELECT key FROM scope_unit)"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.scope.secrecy.rank()).execute(connection).await?;
        Ok(())
    }

    /// Texts that belong to a unit or list a person of the scope, and neither to nor any beyond it.
    async fn show_texts(&self, connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
        let withheld = self.withheld_texts();
        let sql = format!(
            "INSERT OR IGNORE INTO scope_text (key) SELECT t.text FROM place_text t \
             JOIN main.record r ON r.kind = 'text' AND r.key = t.text \
             WHERE t.secrecy <= $1 AND t.kind NOT IN ({withheld}) \
             AND (r.unit IN (SELECT key FROM scope_unit) OR (r.unit IS NULL AND EXISTS \
                  (SELECT 1 FROM place_text_person l WHERE l.text = t.text))) \
             AND NOT EXISTS (SELECT 1 FROM place_text_person l WHERE l.text = t.text \
                             AND l.person NOT IN (SELECT key FROM scope_person))"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.scope.secrecy.rank()).execute(connection).await?;
        Ok(())
    }

    /// Texts that list somebody whose texts were granted, as far as secrecy and the granted sections go, and
    /// nobody from whom the reader stays away.
    async fn grant_texts(
        &self,
        connection: &mut SqliteConnection,
        recused: &[&str],
    ) -> Result<(), ArchiveError> {
        for (person, kinds) in &self.scope.granted {
            if !kinds.contains(&Kind::Text) || recused.contains(&person.as_str()) {
                continue;
            }
            let withheld = self.scope.withheld.difference(kinds).copied().collect();
            let opened = Scope { withheld, ..Scope::full() };
            let withheld = literals(opened.withheld_texts().into_iter().map(dossier::text::TextKind::title));
            let sql = format!(
                "INSERT OR IGNORE INTO scope_granted_text (key) SELECT l.text FROM place_text_person l \
                 JOIN place_text t ON t.text = l.text WHERE l.person = $1 AND t.secrecy <= $2 \
                 AND t.kind NOT IN ({withheld})"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(person.as_str())
                .bind(self.scope.secrecy.rank())
                .execute(&mut *connection)
                .await?;
        }
        for person in recused {
            let away = "DELETE FROM scope_granted_text WHERE key IN \
                        (SELECT text FROM place_text_person WHERE person = $1)";
            sqlx::query(away).bind(*person).execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Kinds of texts as a list of literals; they are the program's own words.
    fn withheld_texts(&self) -> String {
        literals(self.scope.withheld_texts().into_iter().map(dossier::text::TextKind::title))
    }

    /// Which steps of changes are seen: those about records that are, and those that make a person of an office
    /// of the scope.
    fn steps(&self) -> String {
        let own = "r.office IN (SELECT key FROM scope_office)";
        format!("((1 = 1{}) OR (r.office IS NOT NULL AND {own}))", self.records())
    }

    /// Whether a new person of an office may be brought in: kind and office are bound.
    pub(crate) fn new_persons(&self) -> String {
        let kinds = literals(self.scope.kinds().map(Kind::slug));
        let office =
            if self.scope.offices == Offices::All { "1 = 1" } else { "$2 IN (SELECT key FROM scope_office)" };
        format!(
            "SELECT COUNT(*) FROM (SELECT $1 AS kind, $2 AS office) r WHERE r.kind IN ({kinds}) AND {office}"
        )
    }

    /// What a question about `record r` is joined with.
    pub(crate) fn records(&self) -> String {
        let kinds = literals(self.scope.kinds().map(Kind::slug));
        let seen = self.seen();
        format!(
            " AND ((r.kind IN ({kinds}) AND (r.kind IN ('unit', 'office') \
             OR (r.kind = 'text' AND r.key {seen} (SELECT key FROM scope_text)) \
             OR (r.kind NOT IN ('unit', 'office', 'text') AND r.person IS NOT NULL \
                 AND r.person {seen} (SELECT key FROM scope_person)) \
             OR (r.kind NOT IN ('unit', 'office', 'text') AND r.person IS NULL \
                 AND r.unit {seen} (SELECT key FROM scope_unit)))) \
             OR (r.kind = 'text' AND r.key IN (SELECT key FROM scope_granted_text)) \
             OR EXISTS (SELECT 1 FROM scope_grant g WHERE g.person = r.person AND g.kind = r.kind) \
             OR (r.person IS NULL AND r.kind <> 'text' AND \
                 EXISTS (SELECT 1 FROM scope_grant_unit g WHERE g.unit = r.unit AND g.kind = r.kind)))"
        )
    }

    /// What a question about a column that holds the key of a person is joined with.
    fn persons(&self, column: &str) -> String {
        let seen = self.seen();
        let shown = if self.scope.withheld.contains(&Kind::Person) { "1 = 0" } else { "1 = 1" };
        format!(
            " AND (({shown} AND {column} {seen} (SELECT key FROM scope_person)) \
             OR {column} IN (SELECT person FROM scope_grant WHERE kind = 'person'))"
        )
    }

    fn seen(&self) -> &'static str {
        if self.scope.offices == Offices::All { "NOT IN" } else { "IN" }
    }
}

/// Literals of the program's own words: no value from outside ever stands here.
fn literals<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let list: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    if list.is_empty() { "''".to_owned() } else { list.join(", ") }
}

async fn keys(connection: &mut SqliteConnection, head: &str, keys: &[&str]) -> Result<(), ArchiveError> {
    insert_all(connection, head, keys, "", |values, key| {
        values.push_bind(*key);
    })
    .await
}

/// Takes those out from whom the reader stays away: his relatives, and the people of his unit.
async fn keep_away(
    connection: &mut SqliteConnection,
    persons: &[&str],
    units: &[&str],
) -> Result<(), ArchiveError> {
    for person in persons {
        sqlx::query("DELETE FROM scope_person WHERE key = $1")
            .bind(*person)
            .execute(&mut *connection)
            .await?;
    }
    for unit in units {
        sqlx::query("DELETE FROM scope_person WHERE key IN (SELECT person FROM place_post WHERE unit = $1 AND last_day = '')")
            .bind(*unit)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// These offices and all below them.
async fn below(
    connection: &mut SqliteConnection,
    roots: BTreeSet<String>,
) -> Result<BTreeSet<String>, ArchiveError> {
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    for row in sqlx::query("SELECT office, parent FROM place_office WHERE parent IS NOT NULL")
        .fetch_all(connection)
        .await?
    {
        children.entry(row.try_get(1)?).or_default().push(row.try_get(0)?);
    }
    let mut found = BTreeSet::new();
    let mut left: Vec<String> = roots.into_iter().collect();
    while let Some(office) = left.pop() {
        left.extend(children.remove(&office).unwrap_or_default());
        found.insert(office);
    }
    Ok(found)
}

/// Units whose own office, or that of the nearest unit above that has one, is among `offices`.
async fn units_of(
    connection: &mut SqliteConnection,
    offices: &BTreeSet<String>,
) -> Result<Vec<String>, ArchiveError> {
    let mut units: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
    for row in sqlx::query("SELECT unit, parent, office FROM place_unit").fetch_all(connection).await? {
        units.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
    }
    let office_of = |unit: &str| {
        let mut at = units.get(unit);
        // A tree that bites its own tail ends here.
        for _ in 0..units.len() {
            match at {
                Some((_, Some(office))) => return Some(office),
                Some((Some(parent), None)) => at = units.get(parent),
                Some((None, None)) | None => return None,
            }
        }
        None
    };
    let within = |unit: &&String| office_of(unit).is_some_and(|office| offices.contains(office));
    Ok(units.keys().filter(within).cloned().collect())
}
