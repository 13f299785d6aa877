//! `Prefer: wait=N` (RFC 7240, 4.3): whoever asks for something that is being worked on is answered when it is done,
//! or after so many seconds, and need not ask again and again.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};

/// Most seconds that anybody is kept waiting: well below what proxies and our own limit allow a request.
const SECONDS_MAX: u64 = 30;

/// Says that the asker was kept waiting.
pub(crate) const APPLIED: (HeaderName, &str) = (HeaderName::from_static("preference-applied"), "wait");

/// How long the asker would wait. What cannot be read is no preference, as the article has it.
pub(crate) fn preferred(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut preferences =
        said.flat_map(|value| value.split(',')).map(|one| one.split(';').next().unwrap_or(one));
    let seconds = preferences.find_map(|one| {
        let (name, value) = one.split_once('=')?;
        let waits = name.trim().eq_ignore_ascii_case("wait");
        waits.then(|| value.trim().trim_matches('"').parse::<u64>().ok())
    })??;
    (seconds > 0).then(|| Duration::from_secs(seconds.min(SECONDS_MAX)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_read_as_the_article_writes_it() {
        for (said, expected) in [
            (&["wait=10"][..], Some(10)),
            (&["respond-async, wait=10"], Some(10)),
            (&["handling=lenient", "Wait = \"5\"; x=1"], Some(5)),
            (&["wait=4000000"], Some(SECONDS_MAX)),
            (&["wait=1, wait=20"], Some(1)),
            (&[], None),
            (&["wait"], None),
            (&["wait=0"], None),
            (&["wait=-1"], None),
            (&["wait=99999999999999999999999"], None),
            (&["await=10"], None),
        ] {
            let mut headers = HeaderMap::new();
            for one in said {
                headers.append("prefer", one.parse().unwrap());
            }
            assert_eq!(preferred(&headers), expected.map(Duration::from_secs), "{said:?}");
        }
    }
}
