//! Places where a test kills the program, so that every step can be shown to survive it. In debug builds
//! only: a release build has none of it.
//!
//! `QINGJIAN_FAIL_POINT=NAME` kills (as `kill -9` does) where NAME is passed, `NAME#3` where it is passed the
//! third time; `QINGJIAN_FAIL_TRACE=FILE` writes the name of every place that is passed, one a line.

/// A place that may be named.
pub fn fail_point(name: &str) {
    #[cfg(debug_assertions)]
    named::pass(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod named {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicU32, Ordering};

    static PASSED: AtomicU32 = AtomicU32::new(0);

    pub(super) fn pass(name: &str) {
        if let Some(path) = std::env::var_os("QINGJIAN_FAIL_TRACE")
            && let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path)
        {
            let _ = writeln!(file, "{name}");
        }
        let Ok(wanted) = std::env::var("QINGJIAN_FAIL_POINT") else { return };
        let (point, time) = wanted.rsplit_once('#').unwrap_or((wanted.as_str(), "1"));
        if point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == time.parse().unwrap_or(1) {
            kill();
        }
    }

    /// As from outside: nothing is finished, flushed or dropped.
    fn kill() -> ! {
        let own = std::process::id().to_string();
        let _ = std::process::Command::new("kill").args(["-9", own.as_str()]).status();
        std::process::abort()
    }
}
