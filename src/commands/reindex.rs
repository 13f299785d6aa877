//! `reindex`: the index anew from the archive. Texts are not extracted again.

use indexer::{Index, IndexError};

use super::Outcome;
use crate::context::{Context, holder};
use crate::output;

pub(crate) async fn run(context: &Context) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    // Ask for the lock on what is there first: a server that keeps this index must not lose it under way.
    match Index::open(&context.index_dir()) {
        Ok(index) => index.lock_for_rebuild(&holder("reindex"))?,
        Err(IndexError::Unusable { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let index = Index::anew(&context.index_dir())?;
    let followed = indexer::follow(&archive, &index, &holder("reindex")).await?;
    output::note(&format!(
        "{} records and texts indexed, up to archive version {}",
        followed.documents, followed.watermark
    ));
    Ok(Outcome::Done)
}
