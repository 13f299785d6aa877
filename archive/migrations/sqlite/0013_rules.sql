-- Rules and exemptions as two persons decide them: what a proposal would do, shown before it is put into force;
-- exemptions that somebody asks for and somebody else grants.

-- What a proposed version would add and lose, the latest time that it was asked.
CREATE TABLE sweep_rule_preview (
    rule_version    BIGINT PRIMARY KEY REFERENCES sweep_rule_version (id),
    made_at         BIGINT NOT NULL,
    made_by         TEXT NOT NULL REFERENCES actor (id),
    as_of           TEXT NOT NULL,
    archive_version BIGINT NOT NULL,
    -- the hashes of the settings that were compared: approving other ones than those shown is refused
    in_force        TEXT NOT NULL,
    proposed        TEXT NOT NULL,
    body            TEXT NOT NULL
);

ALTER TABLE sweep_rule_version ADD COLUMN withdrawn_by TEXT;
ALTER TABLE sweep_rule_version ADD COLUMN withdrawn_reason TEXT;

CREATE TABLE sweep_exemption_request (
    id         INTEGER PRIMARY KEY,
    person     TEXT NOT NULL,
    category   TEXT NOT NULL,
    reason     TEXT NOT NULL CHECK (reason <> ''),
    author     TEXT NOT NULL,
    from_day   TEXT NOT NULL,
    until_day  TEXT NOT NULL,
    asked_at   BIGINT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
    decided_by TEXT,
    decided_at BIGINT,
    remark     TEXT,
    exemption  BIGINT REFERENCES sweep_exemption (id),
    CHECK (until_day >= from_day),
    CHECK ((state = 'asked') = (decided_by IS NULL)),
    CHECK (state NOT IN ('granted', 'refused') OR decided_by <> author),
    CHECK ((state = 'granted') = (exemption IS NOT NULL))
);
CREATE INDEX sweep_exemption_request_state ON sweep_exemption_request (state, id);
