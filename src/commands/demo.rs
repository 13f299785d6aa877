//! `demo`: an invented office, its dossiers and the console, in one go.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use archive::{Archive, NewAccount, OPERATOR, ScopeSetting};
use clap::Args;
use dossier::{Kind, RecordKey, Role};
use intake::ImportRequest;
use search_api::{DemoAccount, DemoHints, Hint};
use serde::{Deserialize, Serialize};

use super::Outcome;
use super::generate::{ScaleName, invented_today};
use super::import::{lines, take_in};
use super::serve::{loopback_only, serve};
use crate::context::{Context, is_vacant};
use crate::lock::ServeLock;
use crate::{clock, output};

#[derive(Args)]
pub(crate) struct Demo {
    /// How big an office.
    #[arg(long, value_enum, default_value = "small")]
    scale: ScaleName,
    /// Another office for each number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Address to listen on (loopback only).
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
}

/// What marks a folder as made by `demo`, so that nothing is ever mixed into an office's own data.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Mark {
    scale: String,
    seed: u64,
    version: String,
}

const MARK: &str = "demo.json";

impl Demo {
    /// Beside an office's own data, never in it.
    pub(crate) fn default_dir(&self) -> PathBuf {
        PathBuf::from(format!("qingjian-data-demo-{}", self.scale.name()))
    }

    pub(crate) async fn run(self, context: Context) -> anyhow::Result<Outcome> {
        loopback_only(self.listen)?;
        let plan = invented::invent(self.scale.scale(), self.seed, invented_today());
        let worth_trying = plan.worth_trying();
        let lock = self.prepare(&context, &plan).await?;
        let hints: Vec<Hint> = worth_trying
            .iter()
            .map(|try_| Hint { line: try_.name.clone(), name: try_.name.clone(), reason: try_.why.clone() })
            .collect();
        let told: Vec<String> =
            hints.iter().map(|hint| format!("    {}  {}", hint.name, hint.reason)).collect();
        serve(
            &context,
            self.listen,
            None,
            lock,
            Some(DemoHints { worth_trying: hints, accounts: demo_accounts() }),
            |address| {
                output::note(&format!(
                    "\n  清鉴 is ready, with an invented office: all persons are made up.\n\n  \
                 Open  http://{address}\n\n  Try first: 一键审核, and paste these names:\n{}\n\n  \
                 A ready list of 40 names: {}\n  Stop with Ctrl-C. The data stays in {}.\n",
                    told.join("\n"),
                    context.dir.join("demo-files").join("names.csv").display(),
                    context.dir.display(),
                ));
            },
        )
        .await?;
        Ok(Outcome::Done)
    }

    /// Fills the folder, unless it holds this very office already.
    async fn prepare(&self, context: &Context, plan: &invented::Plan) -> anyhow::Result<ServeLock> {
        let dir = &context.dir;
        let mark = Mark {
            scale: self.scale.name().to_owned(),
            seed: self.seed,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let held = read_mark(dir);
        if held.is_none() && !is_vacant(dir) {
            bail!(
                "{} holds something that `demo` has not made; choose another folder with --data",
                dir.display()
            );
        }
        let lock = ServeLock::take(dir)?;
        if held.as_ref() == Some(&mark) && dir.join("demo-complete").exists() {
            return Ok(lock);
        }
        if held.is_some_and(|held| held != mark) {
            bail!(
                "{} holds another invented office; remove it, or choose another folder with --data",
                dir.display()
            );
        }
        fs::write(dir.join(MARK), serde_json::to_vec(&mark)?)
            .with_context(|| format!("writing into {}", dir.display()))?;
        output::note("inventing an office …");
        let files = dir.join("demo-files");
        invented::write_files(plan, &files)?;
        output::note("taking in its dossiers and texts …");
        let request =
            ImportRequest { scratch: Some(dir.clone()), ..ImportRequest::new(importable(&files)?, "demo") };
        let report = take_in(context, request, false).await?;
        if report.has_rejections() {
            bail!("the invented data was not taken in whole:\n{}", lines(&report).join("\n"));
        }
        make_accounts(context).await?;
        fs::write(dir.join("demo-complete"), b"")?;
        Ok(lock)
    }
}

/// The password of all invented accounts: they open nothing but invented dossiers.
const DEMO_PASSWORD: &str = "Yanshi-2026";

/// Name of sign-in, invented owner, role: one of each capacity.
const DEMO_ACCOUNTS: [(&str, &str, Role); 10] = [
    ("demo.inspector", "示例·经办", Role::Inspector),
    ("demo.approver", "示例·审批", Role::Approver),
    ("demo.handler", "示例·承办", Role::OfficeHandler),
    ("demo.lead", "示例·负责", Role::OfficeLead),
    ("demo.reviewer", "示例·复核", Role::Reviewer),
    ("demo.supervisor", "示例·分管", Role::SupervisingLead),
    ("demo.leader", "示例·领导", Role::Leader),
    ("demo.system", "示例·系统", Role::SystemAdmin),
    ("demo.security", "示例·安全", Role::SecurityAdmin),
    ("demo.audit", "示例·审计", Role::AuditAdmin),
];

fn demo_accounts() -> Vec<DemoAccount> {
    let account = |&(id, name, role): &(&str, &str, Role)| DemoAccount {
        id: id.to_owned(),
        name: name.to_owned(),
        title: role.title().to_owned(),
        password: DEMO_PASSWORD.to_owned(),
    };
    DEMO_ACCOUNTS.iter().map(account).collect()
}

/// Most units that are looked at for the office of the invented accounts.
const UNITS_MAX: u32 = 1_000;

/// The office that supervises the most units: the one that reminders will go to.
async fn busiest_office(archive: &Archive) -> anyhow::Result<Option<RecordKey>> {
    let units = archive.snapshot().await?.page(Kind::Unit, None, UNITS_MAX).await?;
    let mut supervised: BTreeMap<&str, usize> = BTreeMap::new();
    for office in units.iter().filter_map(|unit| unit.fields.text("office")) {
        *supervised.entry(office).or_default() += 1;
    }
    let most = supervised.into_iter().rev().max_by_key(|(_, units)| *units);
    Ok(most.and_then(|(office, _)| RecordKey::new(office).ok()))
}

/// Makes those of the invented accounts that are not there yet; those of an office belong to the busiest one.
async fn make_accounts(context: &Context) -> anyhow::Result<()> {
    let archive = context.archive().await?;
    let office = busiest_office(&archive).await?;
    for (id, name, role) in DEMO_ACCOUNTS {
        if (role.is_of_an_office() && office.is_none()) || archive.account(id).await?.is_some() {
            continue;
        }
        let new = NewAccount {
            id: id.to_owned(),
            name: name.to_owned(),
            roles: vec![role],
            office: office.clone().filter(|_| role.is_of_an_office()),
            scope: ScopeSetting::default(),
            password: DEMO_PASSWORD.to_owned(),
            must_change: false,
        };
        archive.add_account(new, OPERATOR, clock::now()).await?;
    }
    archive.close().await;
    Ok(())
}

fn read_mark(dir: &Path) -> Option<Mark> {
    serde_json::from_slice(&fs::read(dir.join(MARK)).ok()?).ok()
}

/// What of the files is data: not the answer sheet, and not the list of names to clear.
fn importable(files: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(files)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !matches!(name, "truth.json" | "names.csv") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
