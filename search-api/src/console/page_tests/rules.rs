//! The rules every page keeps, whatever it shows.

use super::views;
use crate::console::assets;

/// The start tags of a page: name and everything up to `>`.
fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| !tag.starts_with(['/', '!']))
        .map(|tag| (tag.split([' ', '\n', '/']).next().unwrap_or_default(), tag))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[track_caller]
fn every_page(rule: impl Fn(&str) -> Vec<String>) {
    for (name, html) in views::all() {
        let broken = rule(&html);
        assert!(broken.is_empty(), "{name}: {broken:#?}");
    }
}

#[test]
fn no_page_has_inline_script_or_style() {
    every_page(|html| {
        tags(html)
            .into_iter()
            .filter(|(name, tag)| {
                let script = *name == "script" && attribute(tag, "src").is_none();
                let handler =
                    tag.split(' ').skip(1).any(|part| part.starts_with("on") && part.contains("=\""));
                script || handler || *name == "style" || attribute(tag, "style").is_some()
            })
            .map(|(_, tag)| tag.to_owned())
            .collect()
    });
}

#[test]
fn no_page_asks_for_anything_outside() {
    every_page(|html| {
        let mut wrong = Vec::new();
        for (_, tag) in tags(html) {
            for name in ["src", "href", "action", "srcset", "poster", "data-progress"] {
                if let Some(address) = attribute(tag, name)
                    && !(address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//")))
                {
                    wrong.push(tag.to_owned());
                }
            }
        }
        if html.contains("http://") || html.contains("https://") {
            wrong.push("an address with a scheme".to_owned());
        }
        wrong
    });
}

#[test]
fn every_asset_a_page_asks_for_is_there() {
    every_page(|html| {
        let asked =
            tags(html).into_iter().flat_map(|(_, tag)| [attribute(tag, "src"), attribute(tag, "href")]);
        asked
            .flatten()
            .filter_map(|address| address.strip_prefix("/static/"))
            .filter(|name| assets::asset(name).is_none())
            .map(str::to_owned)
            .collect()
    });
}

#[test]
fn every_control_has_a_label() {
    every_page(|html| {
        let labelled: Vec<&str> = tags(html)
            .into_iter()
            .filter(|(name, _)| *name == "label")
            .filter_map(|(_, tag)| attribute(tag, "for"))
            .collect();
        tags(html)
            .into_iter()
            .filter(|(name, tag)| {
                matches!(*name, "input" | "select" | "textarea") && attribute(tag, "type") != Some("hidden")
            })
            .filter(|(_, tag)| {
                attribute(tag, "aria-label").is_none()
                    && attribute(tag, "id").is_none_or(|id| !labelled.contains(&id))
            })
            .map(|(_, tag)| tag.to_owned())
            .collect()
    });
}

#[test]
fn what_describes_a_control_exists() {
    every_page(|html| {
        let ids: Vec<&str> = tags(html).into_iter().filter_map(|(_, tag)| attribute(tag, "id")).collect();
        let mut wrong: Vec<String> = Vec::new();
        for (_, tag) in tags(html) {
            let targets = attribute(tag, "aria-describedby").unwrap_or_default().split_whitespace();
            wrong.extend(targets.filter(|id| !ids.contains(id)).map(str::to_owned));
        }
        wrong.extend(repeated(&ids).into_iter().map(|id| format!("id {id} stands twice")));
        wrong
    });
}

fn repeated<'a>(ids: &[&'a str]) -> Vec<&'a str> {
    ids.iter().enumerate().filter(|(place, id)| ids[..*place].contains(id)).map(|(_, id)| *id).collect()
}

#[test]
fn every_page_has_one_heading_a_title_and_a_language() {
    every_page(|html| {
        let headings = tags(html).into_iter().filter(|(name, _)| *name == "h1").count();
        let mut wrong = Vec::new();
        if headings != 1 {
            wrong.push(format!("{headings} headings of the first order"));
        }
        if !html.contains("<html lang=\"zh-CN\">") || !html.contains(" · 清鉴</title>") {
            wrong.push("language or title".to_owned());
        }
        wrong
    });
}

#[test]
fn every_table_has_a_caption_and_heads_with_scope() {
    every_page(|html| {
        let mut wrong: Vec<String> = tags(html)
            .into_iter()
            .filter(|(name, tag)| *name == "th" && attribute(tag, "scope").is_none())
            .map(|(_, tag)| tag.to_owned())
            .collect();
        let count = |wanted: &str| tags(html).into_iter().filter(|(name, _)| *name == wanted).count();
        if count("table") != count("caption") {
            wrong.push("a table without caption".to_owned());
        }
        wrong
    });
}

#[test]
fn every_symbol_that_is_used_is_defined() {
    every_page(|html| {
        let defined: Vec<&str> = tags(html)
            .into_iter()
            .filter(|(name, _)| *name == "symbol")
            .filter_map(|(_, tag)| attribute(tag, "id"))
            .collect();
        tags(html)
            .into_iter()
            .filter(|(name, _)| *name == "use")
            .filter_map(|(_, tag)| attribute(tag, "href"))
            .filter(|href| !defined.contains(&href.trim_start_matches('#')))
            .map(str::to_owned)
            .collect()
    });
}

#[test]
fn every_form_that_posts_carries_the_token() {
    every_page(|html| {
        html.split("<form")
            .skip(1)
            .filter(|form| form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\"")))
            .filter(|form| !form.split("</form>").next().unwrap_or_default().contains("name=\"form_token\""))
            .map(|form| form.chars().take(80).collect())
            .collect()
    });
}

#[test]
fn no_address_holds_a_name() {
    every_page(|html| {
        tags(html)
            .into_iter()
            .flat_map(|(_, tag)| [attribute(tag, "href"), attribute(tag, "action")])
            .flatten()
            .filter(|address| !address.is_ascii() || address.contains("%E"))
            .map(str::to_owned)
            .collect()
    });
}

/// What came after Chromium 80, as it is written in a style sheet.
const NEWER_STYLES: &[&str] = &[
    ":is(",
    ":where(",
    ":has(",
    "inset:",
    "inset-inline",
    "inset-block",
    "aspect-ratio",
    "@layer",
    "@container",
    "@supports selector",
    "@property",
    "color-mix(",
    "oklch(",
    "lch(",
    "lab(",
    "hwb(",
    "dvh",
    "svh",
    "lvh",
    "cqw",
    "content-visibility",
    "accent-color: auto",
    "overflow: clip",
    "text-wrap",
    "scrollbar-gutter",
    "subgrid",
    "translate:",
    "rotate:",
    "scale:",
    "margin-inline",
    "margin-block",
    "padding-inline",
    "padding-block",
    "place-content",
    "light-dark(",
    "&:",
    "& .",
    "round(",
    "abs(",
];
/// The same in a script.
const NEWER_SCRIPTS: &[&str] = &[
    "??=",
    "||=",
    "&&=",
    ".replaceAll(",
    ".at(",
    "Object.hasOwn",
    "structuredClone",
    "await import",
    "static {",
    "Promise.any",
    "WeakRef",
    ".replaceChildren(",
    ".toSorted(",
    ".toReversed(",
    ".findLast",
    "Object.groupBy",
    "Array.fromAsync",
    "crypto.randomUUID",
    "AbortSignal.timeout",
    "showPopover",
    "navigator.clipboard.read",
    "with { type",
];

/// `gap` in a flex box does nothing there: the property is allowed as `grid-gap` alone.
fn flex_gaps(css: &str) -> Vec<String> {
    css.split(['{', '}', ';'])
        .map(str::trim)
        .filter(|declaration| {
            ["gap:", "row-gap:", "column-gap:"].iter().any(|name| declaration.starts_with(name))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn styles_and_scripts_hold_nothing_that_chromium_80_does_not_know() {
    let css = include_str!("../../../static/qingjian.css");
    let used: Vec<_> = NEWER_STYLES.iter().filter(|word| css.contains(**word)).collect();
    assert!(used.is_empty(), "the style sheet uses {used:?}");
    let gaps = flex_gaps(css);
    assert!(gaps.is_empty(), "the style sheet uses {gaps:?}");
    for (name, script) in [
        ("console.js", include_str!("../../../static/console.js")),
        ("progress.js", include_str!("../../../static/progress.js")),
    ] {
        let used: Vec<_> = NEWER_SCRIPTS.iter().filter(|word| script.contains(**word)).collect();
        assert!(used.is_empty(), "{name} uses {used:?}");
    }
    every_page(|html| {
        let newer = ["<dialog", "popover=", "inert", "loading=\"lazy\"", "enterkeyhint", "<search"];
        newer.iter().filter(|word| html.contains(**word)).map(|word| (*word).to_owned()).collect()
    });
}
