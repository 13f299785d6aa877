-- Format 1 of the archive. Shared subset with PostgreSQL but for INTEGER PRIMARY KEY (BIGINT there),
-- WITHOUT ROWID and the triggers. Instants are milliseconds UTC, booleans 0/1, JSON is TEXT.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE actor (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('system', 'operator', 'user'))
) WITHOUT ROWID;
INSERT INTO actor (id, name, kind) VALUES ('system', '系统', 'system'), ('operator', '操作员', 'operator');

CREATE TABLE import (
    id            INTEGER PRIMARY KEY,
    source        TEXT NOT NULL,
    mode          TEXT NOT NULL CHECK (mode IN ('add', 'replace')),
    fingerprint   TEXT NOT NULL,
    state         TEXT NOT NULL
                  CHECK (state IN ('running', 'complete', 'interrupted', 'superseded', 'undone')),
    pid           BIGINT NOT NULL,
    started_at    BIGINT NOT NULL,
    finished_at   BIGINT,
    superseded_by BIGINT,
    -- slugs of the tables in its files, separated by spaces
    covers        TEXT,
    actor         TEXT NOT NULL REFERENCES actor (id),
    report        TEXT
);
CREATE INDEX import_state ON import (state);

-- The current state of every record. `asserted_by` is the last import that held the record, also where
-- it changed nothing: what a replacing import did not assert, it retires.
CREATE TABLE record (
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('live', 'retired')),
    person       TEXT,
    unit         TEXT,
    body         TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    source       TEXT NOT NULL,
    import_id    BIGINT REFERENCES import (id),
    asserted_by  BIGINT,
    recorded_at  BIGINT NOT NULL,
    actor        TEXT NOT NULL,
    text_hash    TEXT,
    extractor    TEXT,
    key_derived  BIGINT NOT NULL CHECK (key_derived IN (0, 1)),
    PRIMARY KEY (kind, key)
);
CREATE INDEX record_person ON record (person, kind);
CREATE INDEX record_unit ON record (unit, kind);
CREATE INDEX record_kind_seq ON record (kind, seq);
CREATE INDEX record_import ON record (import_id);

-- Which sources hold a record, whoever's content stands: a record leaves use only when none does any
-- more. `withdrawn_by` is the replacing import of this source that no longer held it. Between
-- `first_import` and `last_import`, the source's imports may or may not have held it.
CREATE TABLE voucher (
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    source       TEXT NOT NULL,
    first_import BIGINT NOT NULL REFERENCES import (id),
    last_import  BIGINT NOT NULL REFERENCES import (id),
    withdrawn_by BIGINT REFERENCES import (id),
    PRIMARY KEY (kind, key, source)
);

-- Every version of every record; in the order of `seq` it is the change log, and its greatest `seq` is
-- the version of the archive.
CREATE TABLE record_version (
    seq          INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    version      BIGINT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('live', 'retired')),
    body         TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    source       TEXT NOT NULL,
    import_id    BIGINT REFERENCES import (id),
    recorded_at  BIGINT NOT NULL,
    actor        TEXT NOT NULL,
    reason       TEXT,
    text_hash    TEXT,
    extractor    TEXT
);
CREATE INDEX record_version_record ON record_version (kind, key, seq);
CREATE INDEX record_version_import ON record_version (import_id);

-- Live records by kind, kept in step with `record`, so that coverage costs nothing.
CREATE TABLE live_count (
    kind TEXT PRIMARY KEY,
    live BIGINT NOT NULL CHECK (live >= 0)
) WITHOUT ROWID;

-- Look-ups of live records only.
CREATE TABLE name (
    name_key TEXT NOT NULL,
    person   TEXT NOT NULL,
    name     TEXT NOT NULL,
    former   BIGINT NOT NULL CHECK (former IN (0, 1)),
    PRIMARY KEY (name_key, person, name, former)
) WITHOUT ROWID;
CREATE INDEX name_person ON name (person);

CREATE TABLE unit_name (
    name_key TEXT NOT NULL,
    unit     TEXT NOT NULL,
    PRIMARY KEY (name_key, unit)
) WITHOUT ROWID;
CREATE INDEX unit_name_unit ON unit_name (unit);

CREATE TABLE identity (
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    slug TEXT NOT NULL,
    PRIMARY KEY (hash, kind, key, slug)
) WITHOUT ROWID;
CREATE INDEX identity_record ON identity (kind, key);

CREATE TABLE text_content (
    hash    TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    chars   BIGINT NOT NULL
);

CREATE TABLE text_file (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL,
    source         TEXT NOT NULL,
    sha256         TEXT NOT NULL,
    state          TEXT NOT NULL
                   CHECK (state IN ('failed', 'transcribed', 'withdrawn', 'read', 'replaced', 'undone')),
    reason         TEXT NOT NULL,
    error_code     TEXT NOT NULL,
    upload         TEXT,
    text_key       TEXT,
    import_id      BIGINT REFERENCES import (id),
    settled_by     TEXT,
    settled_reason TEXT,
    recorded_at    BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (source, name, sha256)
);
CREATE INDEX text_file_state ON text_file (state);
CREATE INDEX text_file_sha256 ON text_file (sha256);

CREATE TABLE clearance (
    id              TEXT PRIMARY KEY,
    created_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    actor           TEXT NOT NULL REFERENCES actor (id),
    state           TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    purpose         TEXT NOT NULL,
    as_of           TEXT NOT NULL,
    period_from     TEXT,
    period_to       TEXT,
    archive_version BIGINT NOT NULL,
    inputs          BIGINT NOT NULL,
    header          TEXT NOT NULL,
    options         TEXT NOT NULL,
    coverage        TEXT,
    error           TEXT
);
CREATE INDEX clearance_created ON clearance (created_at);

CREATE TABLE clearance_input (
    clearance TEXT NOT NULL REFERENCES clearance (id),
    row_no    BIGINT NOT NULL,
    input     TEXT NOT NULL,
    PRIMARY KEY (clearance, row_no)
);

CREATE TABLE clearance_row (
    clearance TEXT NOT NULL REFERENCES clearance (id),
    row_no    BIGINT NOT NULL,
    state     TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (clearance, row_no)
);
CREATE INDEX clearance_row_state ON clearance_row (clearance, state, row_no);

CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL REFERENCES actor (id),
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash      TEXT NOT NULL
);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
