-- What a person decided about a name where it stands: it is, or is not, the one of a dossier. Never deleted;
-- a decision that is taken back stays, with who did it and why. `reason` is sealed: it may name people.
-- `stop` is one past the last code point (END is a word of SQL). Decisions and revocations are numbered in one
-- sequence (`id`, `revoked_no`), so that an answer can say up to which of them it knew.
CREATE TABLE mention_decision (
    id             INTEGER PRIMARY KEY,
    verdict        TEXT NOT NULL CHECK (verdict IN ('is', 'is_not')),
    person         TEXT NOT NULL,
    name_key       TEXT NOT NULL,
    text           TEXT,
    text_hash      TEXT,
    start          BIGINT,
    stop           BIGINT,
    unit           TEXT,
    reason         TEXT NOT NULL,
    actor          TEXT NOT NULL REFERENCES actor (id),
    decided_at     BIGINT NOT NULL,
    revoked_no     BIGINT UNIQUE,
    revoked_at     BIGINT,
    revoked_by     TEXT REFERENCES actor (id),
    revoked_reason TEXT,
    CHECK ((text IS NULL) <> (unit IS NULL)),
    CHECK ((text IS NULL) = (text_hash IS NULL)),
    CHECK ((start IS NULL) = (stop IS NULL)),
    CHECK (start IS NULL OR (text IS NOT NULL AND start < stop)),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_reason IS NULL)
           AND (revoked_at IS NULL) = (revoked_no IS NULL))
);
CREATE INDEX mention_decision_name ON mention_decision (name_key);
CREATE INDEX mention_decision_person ON mention_decision (person);
CREATE TRIGGER mention_decision_no_delete BEFORE DELETE ON mention_decision
BEGIN SELECT RAISE(ABORT, 'decisions are revoked, never deleted'); END;
