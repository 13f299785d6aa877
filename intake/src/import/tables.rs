//! Files of rows, read on a thread of their own so that the archive writes while the next rows are checked.
//! A parser that panics fails its file and nothing else.

use tokio::sync::mpsc;

use crate::source::SourceFile;
use crate::table::{ExtraColumns, Item, TableError, kind_named, nearest_table, read_tables, table_names};

/// Items handed over at once.
const HANDED_OVER: usize = 500;

/// Reads `file`, handing its items to `results`.
pub(super) async fn read(
    file: SourceFile,
    extra: ExtraColumns,
    results: mpsc::Sender<Vec<Item>>,
) -> Result<(), TableError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut waiting = Vec::with_capacity(HANDED_OVER);
        let mut emit = |item: Item| {
            waiting.push(item);
            waiting.len() < HANDED_OVER || results.blocking_send(std::mem::take(&mut waiting)).is_ok()
        };
        let read = read_tables(&file.path, &file.name, file.format, extra, &mut emit);
        // Nobody listens any more only when the import has failed for another reason.
        let _ = results.blocking_send(waiting);
        read
    });
    match read.await {
        Ok(read) => read,
        Err(_) => Err(TableError::new(
            "parser_panicked",
            "the parser gave up on this file",
            "文件结构异常，解析失败",
        )),
    }
}

/// Whether a workbook found among other files is meant as tables: one of its sheets is called like a table,
/// or nearly so. One that was named by itself always is.
pub(super) async fn is_meant_as_table(file: &SourceFile) -> bool {
    if file.direct || !file.format.is_workbook() {
        return true;
    }
    let file = file.clone();
    let names = tokio::task::spawn_blocking(move || table_names(&file.path, &file.name, file.format)).await;
    match names {
        Ok(Ok(names)) => names.iter().any(|name| kind_named(name).is_some() || nearest_table(name).is_some()),
        // What cannot be opened is reported as a table that cannot be opened.
        _ => true,
    }
}
