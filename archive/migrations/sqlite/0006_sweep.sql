-- The sweep over the twelve categories: its ledger, what it found, when each subject is due again.
-- A subject is written `person:P1` or `unit:U1`; days are `2026-11-20`, lists and receipts JSON.

CREATE TABLE sweep_settings (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sweep_run (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('scheduled', 'on_demand', 'after_import')),
    -- what was looked at: every dossier, or those changed, related and due
    extent          TEXT NOT NULL CHECK (extent IN ('full', 'incremental', 'partial')),
    state           TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'interrupted', 'coalesced')),
    -- the instant of the schedule that it answers
    slot            BIGINT,
    as_of           TEXT NOT NULL,
    archive_version BIGINT NOT NULL,
    settings_hash   TEXT NOT NULL,
    engine          TEXT NOT NULL,
    actor           TEXT NOT NULL REFERENCES actor (id),
    started_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    summary         TEXT,
    error           TEXT
);
CREATE UNIQUE INDEX sweep_run_slot ON sweep_run (slot) WHERE state IN ('done', 'coalesced') AND slot IS NOT NULL;
CREATE INDEX sweep_run_state ON sweep_run (state, id);

-- What stands: one row a subject, category and clause.
CREATE TABLE sweep_verdict (
    subject      TEXT NOT NULL,
    category     TEXT NOT NULL,
    clause       TEXT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('hit', 'near', 'data_gap')),
    severity     TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    mode         TEXT NOT NULL CHECK (mode IN ('shadow', 'live')),
    person       TEXT,
    unit         TEXT,
    office       TEXT,
    since        TEXT,
    until        TEXT,
    turns_on     TEXT,
    fingerprint  TEXT NOT NULL,
    rule_version TEXT NOT NULL,
    name_only    BIGINT NOT NULL CHECK (name_only IN (0, 1)),
    -- evidence, facts, missing, explain
    body         TEXT NOT NULL,
    receipt      TEXT,
    first_run    BIGINT NOT NULL REFERENCES sweep_run (id),
    first_seen   BIGINT NOT NULL,
    changed_run  BIGINT NOT NULL REFERENCES sweep_run (id),
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (subject, category, clause)
) WITHOUT ROWID;
CREATE INDEX sweep_verdict_outcome ON sweep_verdict (outcome, category, office);
CREATE INDEX sweep_verdict_office ON sweep_verdict (office, outcome);

-- What became of it, run by run; only added to.
CREATE TABLE sweep_change (
    seq         INTEGER PRIMARY KEY,
    run         BIGINT NOT NULL REFERENCES sweep_run (id),
    at          BIGINT NOT NULL,
    subject     TEXT NOT NULL,
    category    TEXT NOT NULL,
    clause      TEXT NOT NULL,
    event       TEXT NOT NULL CHECK (event IN ('appeared', 'changed', 'cleared')),
    outcome     TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE INDEX sweep_change_subject ON sweep_change (subject, category);
CREATE INDEX sweep_change_run ON sweep_change (run);
CREATE TRIGGER sweep_change_no_update BEFORE UPDATE ON sweep_change
BEGIN SELECT RAISE(ABORT, 'the log of verdicts is append-only'); END;
CREATE TRIGGER sweep_change_no_delete BEFORE DELETE ON sweep_change
BEGIN SELECT RAISE(ABORT, 'the log of verdicts is append-only'); END;

-- The next day on which a subject can change by time alone.
CREATE TABLE sweep_due (
    subject  TEXT PRIMARY KEY,
    turns_on TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sweep_due_turns_on ON sweep_due (turns_on);

-- Whose verdicts depend on another dossier: a relative with a dossier of its own.
CREATE TABLE sweep_link (
    depends_on TEXT NOT NULL,
    person     TEXT NOT NULL,
    PRIMARY KEY (depends_on, person)
) WITHOUT ROWID;

-- A person that a category is not to bother anybody with, for a time. Still evaluated and counted.
CREATE TABLE sweep_exemption (
    id         INTEGER PRIMARY KEY,
    person     TEXT NOT NULL,
    category   TEXT NOT NULL,
    reason     TEXT NOT NULL CHECK (reason <> ''),
    author     TEXT NOT NULL,
    approver   TEXT NOT NULL,
    from_day   TEXT NOT NULL,
    until_day  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    lifted_at  BIGINT,
    lifted_by  TEXT,
    CHECK (author <> approver),
    CHECK (until_day >= from_day)
);
CREATE INDEX sweep_exemption_person ON sweep_exemption (person, category);

-- Settings of the rules that were proposed, and by whom they were put into force.
CREATE TABLE sweep_rule_version (
    id             INTEGER PRIMARY KEY,
    body           TEXT NOT NULL,
    note           TEXT NOT NULL,
    author         TEXT NOT NULL,
    proposed_at    BIGINT NOT NULL,
    approver       TEXT,
    approved_at    BIGINT,
    effective_from TEXT NOT NULL,
    effective_to   TEXT,
    withdrawn_at   BIGINT,
    CHECK (approver IS NULL OR approver <> author)
);
