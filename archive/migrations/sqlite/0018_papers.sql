-- What papers of dossiers say: each is read once, in a child process, and becomes a case text of its own, so that
-- searches and clearances find it. `waiting`: not read yet; `unread`: no text could be taken; `set_aside`: a person
-- said why it needs none. `message` says why it was not read, in Chinese, and holds nothing of its content.
CREATE TABLE attachment_text (
    attachment TEXT PRIMARY KEY REFERENCES attachment (id),
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'unread', 'transcribed', 'set_aside')),
    text_key   TEXT UNIQUE,
    error_code TEXT,
    message    TEXT,
    -- the change number of its records when the text was last brought into step with them
    seen_seq   BIGINT NOT NULL,
    set_by     TEXT NOT NULL REFERENCES actor (id),
    set_at     BIGINT NOT NULL,
    CHECK ((state IN ('read', 'transcribed')) = (text_key IS NOT NULL)),
    CHECK ((state = 'unread') = (error_code IS NOT NULL)),
    CHECK (state NOT IN ('unread', 'set_aside') OR message IS NOT NULL)
);
CREATE INDEX attachment_text_state ON attachment_text (state);
CREATE TRIGGER attachment_text_no_delete BEFORE DELETE ON attachment_text
BEGIN SELECT RAISE(ABORT, 'papers are kept'); END;

-- Papers that are there already: those of records, and those of changes that are in force.
INSERT INTO attachment_text (attachment, state, seen_seq, set_by, set_at)
SELECT a.id, 'waiting', 0, 'system', a.added_at FROM attachment a
WHERE a.withdrawn_at IS NULL AND a.owner_kind <> 'consultation'
  AND (a.owner_kind <> 'proposal' OR EXISTS (SELECT 1 FROM dossier_change c
       WHERE CAST(c.id AS TEXT) = a.owner_id AND c.state = 'approved' AND c.reversed_by IS NULL));

-- Decisions about names that went along with a dossier that was joined to another's, or taken apart.
CREATE TABLE dossier_follow_decision (
    change   BIGINT NOT NULL REFERENCES dossier_change (id),
    -- the decision that was there, and the one that was made of it
    was      BIGINT NOT NULL REFERENCES mention_decision (id),
    became   BIGINT NOT NULL REFERENCES mention_decision (id),
    PRIMARY KEY (change, became)
);

-- Which office answers for what a source delivers: an overdue delivery is its duty.
CREATE TABLE source_office (
    source TEXT PRIMARY KEY,
    office TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES actor (id),
    set_at BIGINT NOT NULL
);

-- An office was reminded of the upkeep that it owes (催办), and what it says to that. `told` is figures only; `note`
-- is sealed.
CREATE TABLE upkeep_nudge (
    id          INTEGER PRIMARY KEY,
    office      TEXT NOT NULL,
    told        TEXT NOT NULL,
    nudged_by   TEXT NOT NULL REFERENCES actor (id),
    nudged_at   BIGINT NOT NULL,
    note        TEXT,
    answered_by TEXT REFERENCES actor (id),
    answered_at BIGINT,
    CHECK ((answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (note IS NULL))
);
CREATE INDEX upkeep_nudge_office ON upkeep_nudge (office, answered_at);
CREATE TRIGGER upkeep_nudge_no_delete BEFORE DELETE ON upkeep_nudge
BEGIN SELECT RAISE(ABORT, 'what an office was reminded of is kept'); END;
