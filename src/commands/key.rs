//! `key …`: turning the key that seals identity numbers, reporters and answers.

use archive::{Archive, OPERATOR, OpenOptions, SealAlgorithm};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use crate::clock;
use crate::context::{Context, catch_up};
use crate::lock::ServeLock;
use crate::output::{self, Counter};

#[derive(Subcommand)]
pub(crate) enum Key {
    /// Make a new key, seal everything anew by it, and put the old one aside. Run it again where it was
    /// interrupted: until it is done the archive opens for nobody.
    Rotate(Rotate),
}

#[derive(Args)]
pub(crate) struct Rotate {
    /// By what it is sealed anew (default: `security.sealing`, which new values go by in any case).
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    algorithm: Option<SealAlgorithm>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

fn algorithm(text: &str) -> Result<SealAlgorithm, String> {
    SealAlgorithm::parse(text)
        .ok_or_else(|| format!("one of {}", SealAlgorithm::ALL.map(SealAlgorithm::slug).join(", ")))
}

impl Key {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self {
            Key::Rotate(rotate) => rotate.run(context).await,
        }
    }
}

impl Rotate {
    async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if !context.dir.join("archive.db").exists() {
            anyhow::bail!("there is no archive in {}", context.dir.display());
        }
        // A server would go on asking by the old key.
        let lock = ServeLock::take(&context.dir)?;
        let storage = &context.settings.storage;
        let options = OpenOptions {
            key_path: storage.key_file.clone(),
            readers: storage.readers,
            create: false,
            sealing: self.algorithm.unwrap_or(context.sealing()),
        };
        let mut counter = Counter::new();
        let index = context.index_dir();
        let turned = Archive::rotate_key(
            &context.dir,
            &options,
            OPERATOR,
            // The index holds hashes of identity numbers by the old key; it is built anew from the archive.
            &mut || match std::fs::remove_dir_all(&index) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
            &mut |done| counter.show(&format!("{done} values sealed anew")),
            clock::now(),
        )
        .await?;
        drop(counter);
        output::note("building the index anew …");
        let archive = context.existing_archive().await?;
        catch_up(&archive, &context.index()?).await?;
        archive.close().await;
        drop(lock);
        if self.json {
            output::json(&json!({
                "generation": turned.generation, "algorithm": turned.algorithm.slug(),
                "resealed": turned.resealed, "unreadable": turned.unreadable, "retired": turned.retired,
            }))?;
        } else {
            output::line(&format!(
                "key {} seals now, by {}; {} values were sealed anew",
                turned.generation, turned.algorithm, turned.resealed
            ))?;
            for place in &turned.unreadable {
                output::line(&format!("{place}: opened by no key, left as it was"))?;
            }
            if let Some(retired) = &turned.retired {
                output::note(&format!(
                    "the former key stands in {}: backups of before need it. Keep it with them, or destroy it",
                    retired.display()
                ));
            }
        }
        Ok(if turned.unreadable.is_empty() { Outcome::Done } else { Outcome::NotRight })
    }
}
