//! Every page is rendered with full, empty and hostile views, and held to the rules of the console: nothing
//! inline, nothing from outside, everything escaped, every control labelled. Set `CONSOLE_PAGES` to a folder
//! to keep the pages and look at them in a browser.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod contrast;
mod duty;
mod rules;
mod views;
mod wording;

use super::assets;
use std::path::Path;

/// Writes the pages and assets as a small site, for looking at them.
#[test]
fn the_pages_can_be_kept_for_review() {
    let Ok(folder) = std::env::var("CONSOLE_PAGES") else {
        return;
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder.join("static")).unwrap();
    for plain in ["qingjian.css", "console.js", "progress.js", "icon.svg"] {
        let href = assets::href(plain);
        let (_, content) = assets::asset(href.strip_prefix("/static/").unwrap()).unwrap();
        std::fs::write(folder.join(href.trim_start_matches('/')), content).unwrap();
    }
    for (name, html) in views::all() {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}
