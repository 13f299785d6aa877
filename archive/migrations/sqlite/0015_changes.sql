-- Changes of dossiers as persons ask for them and others decide; how dossiers stand (sealed, joined); their
-- catalogue; who should have one; how often sources deliver; what was concluded about declarations.
-- Contents, reasons and documents are sealed: persons wrote them. Keys of records are not.

CREATE TABLE dossier_change (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn')),
    row_version BIGINT NOT NULL,
    -- whose dossier, for lists; a merge is listed under the one that stays
    person      TEXT,
    unit        TEXT,
    effective_on TEXT,
    reason      TEXT NOT NULL,
    document    TEXT NOT NULL,
    proposed_by TEXT NOT NULL REFERENCES actor (id),
    proposed_at BIGINT NOT NULL,
    decided_by  TEXT REFERENCES actor (id),
    decided_at  BIGINT,
    decision    TEXT,
    -- the change that this one takes back, and the one by which it was taken back
    reverses    BIGINT REFERENCES dossier_change (id),
    reversed_by BIGINT REFERENCES dossier_change (id),
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    -- another person decides; whoever asked may only take it back
    CHECK (state NOT IN ('approved', 'rejected') OR decided_by <> proposed_by),
    CHECK (state <> 'withdrawn' OR decided_by = proposed_by)
);
CREATE INDEX dossier_change_state ON dossier_change (state, id);
CREATE INDEX dossier_change_person ON dossier_change (person);
CREATE TRIGGER dossier_change_decided BEFORE UPDATE OF state, kind, person, unit, effective_on, reason, document,
    proposed_by, proposed_at, decided_by, decided_at, reverses ON dossier_change
WHEN OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.kind <> OLD.kind OR NEW.decided_by <> OLD.decided_by
     OR NEW.decided_at <> OLD.decided_at OR NEW.proposed_by <> OLD.proposed_by
     OR NEW.proposed_at <> OLD.proposed_at)
BEGIN SELECT RAISE(ABORT, 'a change that is decided stays so'); END;
CREATE TRIGGER dossier_change_no_delete BEFORE DELETE ON dossier_change
BEGIN SELECT RAISE(ABORT, 'changes are kept'); END;

CREATE TABLE dossier_change_item (
    change          BIGINT NOT NULL REFERENCES dossier_change (id),
    number          BIGINT NOT NULL,
    kind            TEXT NOT NULL,
    key             TEXT NOT NULL,
    op              TEXT NOT NULL CHECK (op IN ('create', 'amend', 'retire', 'seal', 'unseal', 'join', 'part')),
    base            BIGINT NOT NULL,
    into_person     TEXT,
    person          TEXT,
    unit            TEXT,
    -- of a new person: the office that it will belong to, by which its proposer sees it
    office          TEXT,
    key_derived     BIGINT NOT NULL CHECK (key_derived IN (0, 1)),
    -- the whole content afterwards
    body            TEXT NOT NULL,
    before_hash     TEXT,
    after_hash      TEXT,
    -- what it wrote
    written_version BIGINT,
    -- a later import of the source says a third thing: the correction does not stand any more
    overtaken_by    BIGINT REFERENCES import (id),
    PRIMARY KEY (change, number)
);
CREATE INDEX dossier_change_item_record ON dossier_change_item (kind, key);
CREATE TRIGGER dossier_change_item_no_delete BEFORE DELETE ON dossier_change_item
BEGIN SELECT RAISE(ABORT, 'changes are kept'); END;

CREATE TABLE dossier_standing (
    person      TEXT PRIMARY KEY,
    sealed      BIGINT NOT NULL CHECK (sealed IN (0, 1)),
    joined_into TEXT,
    change      BIGINT NOT NULL REFERENCES dossier_change (id),
    since       BIGINT NOT NULL
);
CREATE INDEX dossier_standing_joined ON dossier_standing (joined_into);

-- Reminders that went with their subject to another dossier.
CREATE TABLE dossier_follow (
    change   BIGINT NOT NULL REFERENCES dossier_change (id),
    reminder TEXT NOT NULL REFERENCES reminder (id),
    was      TEXT NOT NULL,
    became   TEXT NOT NULL,
    PRIMARY KEY (change, reminder)
);

CREATE TABLE dossier_catalogue (
    person      TEXT PRIMARY KEY,
    row_version BIGINT NOT NULL,
    number      TEXT UNIQUE,
    labels      TEXT NOT NULL,
    paper_place TEXT NOT NULL,
    paper_state TEXT NOT NULL CHECK (paper_state IN ('unknown', 'none', 'in_step', 'behind', 'lent')),
    checked_on  TEXT,
    set_by      TEXT NOT NULL REFERENCES actor (id),
    set_at      BIGINT NOT NULL
);

-- Who should have a dossier, unit by unit: as the unit's own list of a day says. Sealed: names and numbers.
CREATE TABLE dossier_roster (
    unit   TEXT PRIMARY KEY,
    number BIGINT NOT NULL CHECK (number >= 0),
    as_at  TEXT NOT NULL,
    body   TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES actor (id),
    set_at BIGINT NOT NULL
);

-- How often a source delivers a table, where the office has said so.
CREATE TABLE source_cadence (
    source  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    cadence TEXT NOT NULL CHECK (cadence IN ('monthly', 'quarterly', 'yearly', 'on_event')),
    set_by  TEXT NOT NULL REFERENCES actor (id),
    set_at  BIGINT NOT NULL,
    PRIMARY KEY (source, kind)
);

-- What a person concluded about a fact and what was declared of it. Only added to; the last one counts.
CREATE TABLE declared_verdict (
    id       INTEGER PRIMARY KEY,
    person   TEXT NOT NULL,
    base     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL,
    version  BIGINT NOT NULL,
    found    TEXT NOT NULL,
    verdict  TEXT NOT NULL,
    reason   TEXT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES actor (id),
    decided_at BIGINT NOT NULL
);
CREATE INDEX declared_verdict_person ON declared_verdict (person, base);
CREATE TRIGGER declared_verdict_no_update BEFORE UPDATE OF person, base, kind, key, verdict, decided_by, decided_at
ON declared_verdict WHEN NEW.verdict <> OLD.verdict OR NEW.person <> OLD.person OR NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'conclusions are only added to'); END;
CREATE TRIGGER declared_verdict_no_delete BEFORE DELETE ON declared_verdict
BEGIN SELECT RAISE(ABORT, 'conclusions are kept'); END;
