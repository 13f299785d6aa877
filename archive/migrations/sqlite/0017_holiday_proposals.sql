-- A notice of holidays that was brought in by one person and waits for another one, who compares it with the paper.
-- What is approved becomes a row of holiday_year, which counts; the proposal stays, with who asked and who decided.
CREATE TABLE holiday_proposal (
    id          INTEGER PRIMARY KEY,
    year        BIGINT NOT NULL,
    notice      TEXT NOT NULL,
    body        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    author      TEXT NOT NULL REFERENCES actor (id),
    asked_at    BIGINT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn')),
    decided_by  TEXT REFERENCES actor (id),
    decided_at  BIGINT,
    remark      TEXT NOT NULL DEFAULT '',
    CHECK ((state = 'asked') = (decided_by IS NULL)),
    CHECK ((state = 'asked') = (decided_at IS NULL)),
    -- whoever brings a notice in does not decide about it, and nobody else takes it back
    CHECK (state NOT IN ('approved', 'refused') OR decided_by <> author),
    CHECK (state <> 'withdrawn' OR decided_by = author)
);
CREATE TRIGGER holiday_proposal_decided_once BEFORE UPDATE ON holiday_proposal
WHEN OLD.state <> 'asked' OR NEW.year <> OLD.year OR NEW.body <> OLD.body OR NEW.hash <> OLD.hash
     OR NEW.author <> OLD.author OR NEW.notice <> OLD.notice
BEGIN SELECT RAISE(ABORT, 'a notice of holidays that was proposed is decided once'); END;
CREATE TRIGGER holiday_proposal_no_delete BEFORE DELETE ON holiday_proposal
BEGIN SELECT RAISE(ABORT, 'proposals of holidays stay'); END;
