//! Style sheet, scripts and symbols, compiled into the binary. Their names carry a hash of their content, so
//! that a browser may keep them for ever and still sees a new program's files at once. No other file is served.

use std::fmt::Write as _;
use std::sync::LazyLock;

/// What to send with an asset: a hashed name never changes its content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// A file and the name under which it is served.
struct Asset {
    plain: &'static str,
    hashed: String,
    content_type: &'static str,
    content: &'static [u8],
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files: [(&'static str, &'static str, &'static [u8]); 4] = [
        ("qingjian.css", "text/css; charset=utf-8", include_bytes!("../../static/qingjian.css")),
        ("console.js", SCRIPT, include_bytes!("../../static/console.js")),
        ("progress.js", SCRIPT, include_bytes!("../../static/progress.js")),
        ("icon.svg", "image/svg+xml", include_bytes!("../../static/icon.svg")),
    ];
    files
        .into_iter()
        .map(|(plain, content_type, content)| Asset {
            plain,
            hashed: hashed(plain, content),
            content_type,
            content,
        })
        .collect()
});

/// The asset of a hashed name: content type and bytes. Plain names are not served, so that nothing stale is
/// ever kept under `immutable`.
pub fn asset(name: &str) -> Option<(&'static str, &'static [u8])> {
    ASSETS.iter().find(|asset| asset.hashed == name).map(|asset| (asset.content_type, asset.content))
}

/// The address of an asset by its plain name, `/static/qingjian.1a2b….css`. An unknown name gives an address
/// that is not found; a test renders every page and asks for all of them.
pub fn href(plain: &str) -> String {
    let name = ASSETS.iter().find(|asset| asset.plain == plain).map_or(plain, |asset| asset.hashed.as_str());
    format!("/static/{name}")
}

/// FNV-1a with 64 bits: the name has to change with the content, nothing more is asked of it.
fn hashed(plain: &str, content: &[u8]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in content {
        hash ^= u64::from(*byte);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
    }
    let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain, "bin"));
    let mut name = stem.to_owned();
    // Writing to a String cannot fail.
    let _ = write!(name, ".{hash:016x}.{extension}");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_is_served_and_a_plain_one_is_not() {
        for plain in ["qingjian.css", "console.js", "progress.js", "icon.svg"] {
            let href = href(plain);
            let name = href.strip_prefix("/static/").unwrap_or_default();
            assert_ne!(name, plain);
            assert!(asset(name).is_some_and(|(_, content)| !content.is_empty()), "{name}");
            assert!(asset(plain).is_none());
        }
        assert!(asset("../Cargo.toml").is_none());
    }

    #[test]
    fn the_name_changes_with_the_content() {
        assert_ne!(hashed("a.css", b"1"), hashed("a.css", b"2"));
        assert_eq!(hashed("a.css", b"1"), hashed("a.css", b"1"));
    }

    /// The oldest browser promised is Chromium 80: what it does not know breaks a page silently.
    #[test]
    fn style_and_scripts_use_only_what_chromium_80_knows() {
        let css = include_str!("../../static/qingjian.css");
        for newer in
            [":has(", ":is(", ":where(", "inset:", "aspect-ratio", "@layer", "color-mix", "inline-size"]
        {
            assert!(!css.contains(newer), "style sheet uses {newer}");
        }
        for script in [include_str!("../../static/console.js"), include_str!("../../static/progress.js")] {
            for newer in ["replaceAll", ".at(", "structuredClone", "??=", "||=", "&&=", "#private", "import("]
            {
                assert!(!script.contains(newer), "script uses {newer}");
            }
        }
    }

    #[test]
    fn no_asset_names_an_outside_address() {
        for asset in ASSETS.iter() {
            let content = String::from_utf8_lossy(asset.content).replace("http://www.w3.org/2000/svg", "");
            assert!(!content.contains("http://") && !content.contains("https://"), "{}", asset.plain);
        }
    }
}
