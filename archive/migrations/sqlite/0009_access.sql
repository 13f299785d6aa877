-- What may be done with what was asked for (read, print, export), the answers that may leave as files, and each use
-- that was made of a grant.

ALTER TABLE access_request ADD COLUMN acts TEXT NOT NULL DEFAULT '["read"]';
-- JSON list of clearances
ALTER TABLE access_request ADD COLUMN clearances TEXT NOT NULL DEFAULT '[]';

CREATE TABLE access_use (
    request BIGINT NOT NULL REFERENCES access_request (id),
    at      BIGINT NOT NULL,
    act     TEXT NOT NULL CHECK (act IN ('read', 'print', 'export')),
    -- the key of a person, or the id of a clearance
    subject TEXT NOT NULL
);
CREATE INDEX access_use_request ON access_use (request);
CREATE TRIGGER access_use_no_update BEFORE UPDATE ON access_use
BEGIN SELECT RAISE(ABORT, 'the record of uses is append-only'); END;
CREATE TRIGGER access_use_no_delete BEFORE DELETE ON access_use
BEGIN SELECT RAISE(ABORT, 'the record of uses is append-only'); END;
