//! Any text as a cell of any column.
#![no_main]

use dossier::{Kind, draft};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for kind in Kind::ALL {
        for column in kind.declaration().columns {
            let _ = draft::check(*kind, &[(column, text)], &[("备注", text)]);
        }
    }
    let _ = dossier::citizen_id::CitizenId::parse(text);
    let _ = dossier::normal::key(text);
});
