-- The act around a clearance: its states, every step of it, decisions of people, consultations, notices.

ALTER TABLE clearance ADD COLUMN code TEXT;
-- hashes and versions, as JSON
ALTER TABLE clearance ADD COLUMN proof TEXT;
CREATE UNIQUE INDEX clearance_code ON clearance (code);

-- Whom a row means, decided by a person; the question is a keyed hash of what the row says and who could be
-- meant, so that the same question is not asked twice and another one is. The last decision counts.
CREATE TABLE identity_decision (
    seq      INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('person', 'nobody', 'withdrawn')),
    person   TEXT,
    decided  TEXT NOT NULL,
    actor    TEXT NOT NULL REFERENCES actor (id),
    at       BIGINT NOT NULL,
    CHECK ((verdict = 'person') = (person IS NOT NULL))
);
CREATE INDEX identity_decision_question ON identity_decision (question, seq);
CREATE TRIGGER identity_decision_no_update BEFORE UPDATE ON identity_decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER identity_decision_no_delete BEFORE DELETE ON identity_decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

-- The moves that the table in dossier/src/clearance_act allows; a test holds the two against each other.
CREATE TABLE clearance_act_move (
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) WITHOUT ROWID;
INSERT INTO clearance_act_move (from_state, to_state) VALUES
    ('registered', 'gathered'), ('gathered', 'gathered'), ('gathered', 'consulting'), ('gathered', 'drafted'),
    ('consulting', 'consulting'), ('consulting', 'drafted'), ('drafted', 'gathered'),
    ('drafted', 'submitted'), ('submitted', 'gathered'), ('submitted', 'reviewed'), ('reviewed', 'gathered'),
    ('reviewed', 'signed'), ('signed', 'gathered'), ('signed', 'issued'), ('issued', 'filed'), ('issued', 'withdrawn'),
    ('filed', 'withdrawn'), ('registered', 'cancelled'), ('gathered', 'cancelled'), ('consulting', 'cancelled'),
    ('drafted', 'cancelled'), ('submitted', 'cancelled'), ('reviewed', 'cancelled'), ('signed', 'cancelled');

CREATE TABLE clearance_act (
    id              TEXT PRIMARY KEY,
    state           TEXT NOT NULL CHECK (state IN ('registered', 'gathered', 'consulting', 'drafted', 'submitted',
                                                   'reviewed', 'signed', 'issued', 'filed', 'withdrawn', 'cancelled')),
    row_version     BIGINT NOT NULL,
    -- the answer that it rests on at present
    clearance       TEXT NOT NULL REFERENCES clearance (id),
    persons         BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    created_by      TEXT NOT NULL,
    -- sealed: who asked, by which letter, for what, until when
    request         TEXT NOT NULL,
    due_on          TEXT,
    drafted_by      TEXT,
    approver        TEXT,
    reviewed_by     TEXT,
    signed_by       TEXT,
    signed_at       BIGINT,
    number          TEXT UNIQUE,
    issued_on       TEXT,
    issued_at       BIGINT,
    valid_until     TEXT,
    -- persons by opinion as drafted, as JSON
    opinions        TEXT,
    -- up to which archive version new information about its persons has been looked for
    watched_version BIGINT NOT NULL,
    idempotency_key TEXT UNIQUE,
    CHECK (state NOT IN ('drafted', 'submitted', 'reviewed', 'signed', 'issued', 'filed') OR drafted_by IS NOT NULL),
    CHECK (state NOT IN ('submitted', 'reviewed', 'signed', 'issued', 'filed') OR approver IS NOT NULL),
    CHECK (state NOT IN ('reviewed', 'signed', 'issued', 'filed') OR reviewed_by IS NOT NULL),
    CHECK (state NOT IN ('signed', 'issued', 'filed') OR (signed_by IS NOT NULL AND signed_at IS NOT NULL)),
    CHECK (state NOT IN ('issued', 'filed', 'withdrawn')
           OR (number IS NOT NULL AND issued_on IS NOT NULL AND issued_at IS NOT NULL AND valid_until IS NOT NULL)),
    CHECK (reviewed_by IS NULL OR reviewed_by <> drafted_by),
    CHECK (signed_by IS NULL OR signed_by <> drafted_by),
    CHECK (signed_by IS NULL OR signed_by = approver)
);
CREATE INDEX clearance_act_state ON clearance_act (state, created_at);
CREATE TRIGGER clearance_act_begins BEFORE INSERT ON clearance_act WHEN NEW.state <> 'registered'
BEGIN SELECT RAISE(ABORT, 'a clearance act begins registered'); END;
CREATE TRIGGER clearance_act_moves BEFORE UPDATE OF state ON clearance_act
WHEN OLD.state <> NEW.state AND NOT EXISTS (
    SELECT 1 FROM clearance_act_move m WHERE m.from_state = OLD.state AND m.to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'the clearance act cannot move so'); END;
CREATE TRIGGER clearance_act_ended BEFORE UPDATE ON clearance_act WHEN OLD.state IN ('withdrawn', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'the clearance act has ended'); END;
CREATE TRIGGER clearance_act_version BEFORE UPDATE OF state ON clearance_act
WHEN NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'every step of a clearance act is counted'); END;
CREATE TRIGGER clearance_act_no_delete BEFORE DELETE ON clearance_act
BEGIN SELECT RAISE(ABORT, 'clearance acts are kept'); END;

CREATE TABLE clearance_act_event (
    seq             INTEGER PRIMARY KEY,
    act             TEXT NOT NULL REFERENCES clearance_act (id),
    row_version     BIGINT NOT NULL,
    event           TEXT NOT NULL,
    from_state      TEXT,
    to_state        TEXT NOT NULL,
    -- the account or machine that acted, the person it acted for, and in what role
    actor           TEXT NOT NULL REFERENCES actor (id),
    person          TEXT NOT NULL,
    role            TEXT NOT NULL,
    at              BIGINT NOT NULL,
    -- sealed: the reason and what else belongs to the step
    detail          TEXT NOT NULL,
    idempotency_key TEXT,
    UNIQUE (act, row_version),
    UNIQUE (act, idempotency_key)
);
CREATE TRIGGER clearance_act_event_no_update BEFORE UPDATE ON clearance_act_event
BEGIN SELECT RAISE(ABORT, 'the trace of a clearance act is append-only'); END;
CREATE TRIGGER clearance_act_event_no_delete BEFORE DELETE ON clearance_act_event
BEGIN SELECT RAISE(ABORT, 'the trace of a clearance act is append-only'); END;

-- What a person has decided about a row, the last word; earlier ones stand in the trace.
CREATE TABLE clearance_act_row (
    act     TEXT NOT NULL REFERENCES clearance_act (id),
    row_no  BIGINT NOT NULL,
    -- none: the row is left out of the letter
    opinion TEXT CHECK (opinion IN ('none', 'closed_ok', 'handled_ok', 'deferred', 'hold', 'unfit')),
    -- sealed: by whom, why
    body    TEXT NOT NULL,
    -- the answer that was decided on
    clearance TEXT NOT NULL,
    PRIMARY KEY (act, row_no)
);

CREATE TABLE clearance_consultation (
    act         TEXT NOT NULL REFERENCES clearance_act (id),
    no          BIGINT NOT NULL,
    office      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    asked_at    BIGINT NOT NULL,
    due_on      TEXT,
    ended_at    BIGINT,
    -- agree: nothing known against anybody; object: something is; none while open and where nobody answered
    opinion     TEXT CHECK (opinion IN ('agree', 'object')),
    -- sealed: who asked, who answered, the text, the attachment
    body        TEXT NOT NULL,
    PRIMARY KEY (act, no),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'answered') = (opinion IS NOT NULL))
);
CREATE TRIGGER clearance_consultation_ended BEFORE UPDATE ON clearance_consultation WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a consultation ends once'); END;

-- 意见失效提示: something new about a person of a valid reply.
CREATE TABLE clearance_notice (
    id              INTEGER PRIMARY KEY,
    act             TEXT NOT NULL REFERENCES clearance_act (id),
    person          TEXT NOT NULL,
    -- kind:key of what is new
    cause           TEXT NOT NULL,
    archive_version BIGINT NOT NULL,
    raised_at       BIGINT NOT NULL,
    approver        TEXT NOT NULL,
    seen_by         TEXT,
    seen_at         BIGINT,
    UNIQUE (act, person, cause, archive_version),
    CHECK ((seen_by IS NULL) = (seen_at IS NULL))
);
CREATE INDEX clearance_notice_open ON clearance_notice (seen_at, act);
