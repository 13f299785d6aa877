-- Searches that somebody keeps under a name of his own. Name and question are sealed: both may name people;
-- the keyed hash of the name holds that nobody has two of one name. `run_version` is the archive version up to
-- which its owner has seen the answer. A saved search is a note of its owner and no record: it can be deleted. Then
-- name and question are gone, and the number stays, so that the audit log never speaks of another under it.
CREATE TABLE saved_search (
    id          INTEGER PRIMARY KEY,
    owner       TEXT NOT NULL REFERENCES actor (id),
    name        TEXT,
    -- of a deleted one: its number
    name_hash   TEXT NOT NULL,
    question    TEXT,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    run_at      BIGINT,
    run_version BIGINT,
    deleted_at  BIGINT,
    UNIQUE (owner, name_hash),
    CHECK ((run_at IS NULL) = (run_version IS NULL)),
    CHECK ((deleted_at IS NULL) = (name IS NOT NULL) AND (deleted_at IS NULL) = (question IS NOT NULL))
);
