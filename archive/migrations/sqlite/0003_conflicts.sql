-- What sources say of a person that cannot all be true: found at the end of each import, decided by a person.
-- A fingerprint stands for the facts, so that the same question is not asked twice.

CREATE TABLE conflict (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('sources_differ', 'identity_shared', 'person_twice')),
    fingerprint TEXT NOT NULL UNIQUE,
    state       TEXT NOT NULL CHECK (state IN ('open', 'settled', 'gone')),
    -- the sides, sealed: values of both
    sides       TEXT NOT NULL,
    import_id   BIGINT REFERENCES import (id),
    found_at    BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    settled_by  TEXT,
    kept        TEXT,
    reason      TEXT,
    CHECK (state <> 'settled' OR (settled_by IS NOT NULL AND kept IS NOT NULL AND reason IS NOT NULL))
);
CREATE INDEX conflict_state ON conflict (state, kind);

CREATE TABLE conflict_person (
    conflict BIGINT NOT NULL REFERENCES conflict (id),
    person   TEXT NOT NULL,
    PRIMARY KEY (person, conflict)
);
CREATE INDEX conflict_person_conflict ON conflict_person (conflict);

-- The version that the source has last asserted, whether it was new or stood already.
ALTER TABLE voucher ADD COLUMN seq BIGINT;
