# What a developer runs. CI runs the same: .ci/run calls scripts/test.

# The list of recipes.
default:
    @just --list

# Formatting, lints and all tests; ends with a line that counts.
test *ARGS:
    ./scripts/test {{ARGS}}

# The same with the slow tests: the district scale, the labelled corpus, killing and resuming.
full:
    ./scripts/test --full

# The tests of one crate, without the rest: `just one dossier`.
one CRATE *ARGS:
    cargo nextest run -p {{CRATE}} {{ARGS}}

# Formatting, clippy without a warning, and what may be linked (where cargo-deny is installed).
lint:
    cargo fmt --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    if command -v cargo-deny >/dev/null; then cargo deny check; else echo "cargo-deny is not installed: licences and bans NOT checked"; fi

# An invented office and the console, in one go.
demo *ARGS:
    cargo run --release --locked -- demo {{ARGS}}

# Measurements; docs/benchmarks.md says what they mean and keeps the results.
bench *ARGS:
    cargo bench --workspace {{ARGS}}

# Changes each comparison and guard of the twelve rules, one at a time, and names what no test notices.
mutants *ARGS:
    ./scripts/mutants/run {{ARGS}}

# What a first release build costs, crate by crate (target/cargo-timings/).
build-cost:
    cargo build --release --locked --timings
