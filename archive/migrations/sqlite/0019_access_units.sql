-- A whole unit as the subject of a request; what became of the papers and files that were taken out; and the log by
-- who, what and to what, so that searching it reads no more than it finds.

-- JSON list of units
ALTER TABLE access_request ADD COLUMN units TEXT NOT NULL DEFAULT '[]';

CREATE TABLE access_return (
    request BIGINT NOT NULL REFERENCES access_request (id),
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    how     TEXT NOT NULL CHECK (how IN ('returned', 'destroyed', 'filed')),
    -- who took it back, or saw it destroyed
    witness TEXT NOT NULL CHECK (witness <> ''),
    note    TEXT NOT NULL,
    -- uses of the grant that are accounted for by this
    uses    BIGINT NOT NULL CHECK (uses > 0)
);
CREATE INDEX access_return_request ON access_return (request);
CREATE TRIGGER access_return_no_update BEFORE UPDATE ON access_return
BEGIN SELECT RAISE(ABORT, 'the record of returns is append-only'); END;
CREATE TRIGGER access_return_no_delete BEFORE DELETE ON access_return
BEGIN SELECT RAISE(ABORT, 'the record of returns is append-only'); END;

CREATE INDEX audit_actor ON audit (actor);
CREATE INDEX audit_action ON audit (action);
CREATE INDEX audit_subject ON audit (subject);
