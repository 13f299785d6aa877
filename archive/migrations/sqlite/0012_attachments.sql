-- Papers attached to something: a record, a consultation, a proposal. The content is sealed, and so is the
-- name; the hash is that of the bytes as they came.

CREATE TABLE attachment (
    id               TEXT PRIMARY KEY,
    -- the kind of the record, or 'consultation', 'proposal'; and its key
    owner_kind       TEXT NOT NULL,
    owner_id         TEXT NOT NULL,
    sha256           TEXT NOT NULL,
    type             TEXT NOT NULL CHECK (type IN ('pdf', 'png', 'jpeg', 'docx', 'xlsx', 'ofd')),
    bytes            BIGINT NOT NULL CHECK (bytes > 0),
    name             TEXT NOT NULL,
    added_by         TEXT NOT NULL REFERENCES actor (id),
    added_at         BIGINT NOT NULL,
    withdrawn_by     TEXT,
    withdrawn_at     BIGINT,
    withdrawn_reason TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX attachment_owner ON attachment (owner_kind, owner_id);
CREATE TRIGGER attachment_kept BEFORE UPDATE ON attachment
WHEN OLD.withdrawn_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.owner_kind <> OLD.owner_kind
     OR NEW.owner_id <> OLD.owner_id OR NEW.sha256 <> OLD.sha256 OR NEW.type <> OLD.type
     OR NEW.bytes <> OLD.bytes OR NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'an attachment does not change; it can be withdrawn once'); END;
CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
BEGIN SELECT RAISE(ABORT, 'attachments are kept'); END;

CREATE TABLE attachment_content (
    attachment TEXT PRIMARY KEY REFERENCES attachment (id),
    content    BLOB NOT NULL
);
CREATE TRIGGER attachment_content_no_update BEFORE UPDATE ON attachment_content
BEGIN SELECT RAISE(ABORT, 'an attachment does not change'); END;
CREATE TRIGGER attachment_content_no_delete BEFORE DELETE ON attachment_content
BEGIN SELECT RAISE(ABORT, 'attachments are kept'); END;

-- An office of the archive that is asked, by its key: its people find the question. None: a room without
-- accounts, for which somebody else puts the answer on record.
ALTER TABLE clearance_consultation ADD COLUMN office_key TEXT;
CREATE INDEX clearance_consultation_office ON clearance_consultation (office_key, state);

-- sealed: what the approver makes of what has come
ALTER TABLE clearance_notice ADD COLUMN note TEXT;
