-- What offices owe of the upkeep of dossiers and have been reminded of: one row for each duty, period and office, so
-- that whatever stops and starts in between nobody is told twice. `duty` names a delivery or a record; what it says
-- is counted from the dossiers. A duty closes when what was owed has come.
CREATE TABLE upkeep_duty (
    id        INTEGER PRIMARY KEY,
    duty      TEXT NOT NULL,
    office    TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('delivery', 'follow_up', 'report')),
    due       TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    UNIQUE (duty, office)
);
CREATE INDEX upkeep_duty_open ON upkeep_duty (office) WHERE closed_at IS NULL;
CREATE TRIGGER upkeep_duty_no_delete BEFORE DELETE ON upkeep_duty
BEGIN SELECT RAISE(ABORT, 'what an office owed is kept'); END;

-- Of which duties an office was reminded; the reminder is done when all of them are.
CREATE TABLE upkeep_nudge_duty (
    nudge BIGINT NOT NULL REFERENCES upkeep_nudge (id),
    duty  BIGINT NOT NULL REFERENCES upkeep_duty (id),
    PRIMARY KEY (nudge, duty)
);
CREATE INDEX upkeep_nudge_duty_duty ON upkeep_nudge_duty (duty);
ALTER TABLE upkeep_nudge ADD COLUMN closed_at BIGINT;

-- The mails of a reminder of upkeep.
ALTER TABLE outbox ADD COLUMN nudge BIGINT REFERENCES upkeep_nudge (id);
CREATE INDEX outbox_nudge ON outbox (nudge) WHERE nudge IS NOT NULL;
