-- What makes that reminders are followed to their end: uploaded notices of holidays, mails that come back,
-- the daily mail to ourselves, who an office was when it was written to, and one small row a reminder from
-- which the auditor reads what stands still without looking at the others. The block at the end is generated
-- from the table of transitions (dossier::reminder::sql) and held against it by a test.

-- Notices of holidays that an operator has brought in, beside the shipped ones; the last one of a year counts.
CREATE TABLE holiday_year (
    id     INTEGER PRIMARY KEY,
    year   BIGINT NOT NULL,
    notice TEXT NOT NULL,
    body   TEXT NOT NULL,
    hash   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    actor  TEXT NOT NULL REFERENCES actor (id)
);
CREATE TRIGGER holiday_year_no_update BEFORE UPDATE ON holiday_year
BEGIN SELECT RAISE(ABORT, 'notices of holidays are append-only'); END;
CREATE TRIGGER holiday_year_no_delete BEFORE DELETE ON holiday_year
BEGIN SELECT RAISE(ABORT, 'notices of holidays are append-only'); END;

-- A person has looked at a mail that failed, and nothing more is to be done.
ALTER TABLE outbox ADD COLUMN settled_at BIGINT;
ALTER TABLE outbox ADD COLUMN settled_by TEXT REFERENCES actor (id);
-- sealed: a person wrote it
ALTER TABLE outbox ADD COLUMN settled_reason TEXT;

-- What mail servers reported about our mails after they had taken them (DSN, RFC 3464).
CREATE TABLE mail_report (
    id         INTEGER PRIMARY KEY,
    source     TEXT NOT NULL UNIQUE,
    outbox     BIGINT REFERENCES outbox (id),
    action     TEXT NOT NULL CHECK (action IN ('failed', 'delayed', 'delivered', 'other')),
    status     TEXT,
    diagnostic TEXT,
    at         BIGINT NOT NULL
);
CREATE INDEX mail_report_outbox ON mail_report (outbox);

-- The mail to ourselves, one a day.
CREATE TABLE canary (
    day     TEXT PRIMARY KEY,
    outbox  BIGINT NOT NULL REFERENCES outbox (id),
    sent_at BIGINT NOT NULL,
    seen_at BIGINT
);

-- The addresses that an office had when it was written to last.
CREATE TABLE office_address (
    office    TEXT PRIMARY KEY,
    addresses TEXT NOT NULL,
    at        BIGINT NOT NULL
);

-- The office that the rules named, which is not always the one that has it now.
ALTER TABLE reminder ADD COLUMN routed_office TEXT;

CREATE TABLE reminder_pulse (
    reminder     TEXT PRIMARY KEY REFERENCES reminder (id),
    state        TEXT NOT NULL,
    row_version  BIGINT NOT NULL,
    told_state   TEXT NOT NULL,
    told_version BIGINT NOT NULL,
    armed        BIGINT NOT NULL,
    mailed       BIGINT NOT NULL CHECK (mailed IN (0, 1))
);
INSERT INTO reminder_pulse (reminder, state, row_version, told_state, told_version, armed, mailed)
SELECT r.id, r.state, r.row_version,
       COALESCE((SELECT e.to_state FROM reminder_event e WHERE e.reminder = r.id ORDER BY e.row_version DESC LIMIT 1), ''),
       COALESCE((SELECT MAX(e.row_version) FROM reminder_event e WHERE e.reminder = r.id), 0),
       (SELECT COUNT(*) FROM reminder_timer t WHERE t.reminder = r.id AND t.present = 1 AND t.status = 'armed'),
       (SELECT COUNT(*) > 0 FROM outbox_item i JOIN outbox o ON o.id = i.outbox
        WHERE i.reminder = r.id AND o.kind IN ('m1', 'm4'))
FROM reminder r;
CREATE INDEX reminder_pulse_still ON reminder_pulse (reminder)
    WHERE armed = 0 AND state IN ('pending_review', 'issued', 'refused', 'acknowledged', 'responded', 'returned');
CREATE INDEX reminder_pulse_unmailed ON reminder_pulse (reminder) WHERE mailed = 0 AND state = 'issued';
CREATE INDEX reminder_pulse_untold ON reminder_pulse (reminder)
    WHERE told_version <> row_version OR told_state <> state;
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'queued' AND attempts = 0 AND hold IS NULL;

CREATE TRIGGER reminder_pulse_born AFTER INSERT ON reminder
BEGIN
    INSERT INTO reminder_pulse (reminder, state, row_version, told_state, told_version, armed, mailed)
    VALUES (NEW.id, NEW.state, NEW.row_version, '', 0, 0, 0);
END;
CREATE TRIGGER reminder_pulse_moved AFTER UPDATE OF state, row_version ON reminder
BEGIN UPDATE reminder_pulse SET state = NEW.state, row_version = NEW.row_version WHERE reminder = NEW.id; END;
CREATE TRIGGER reminder_pulse_told AFTER INSERT ON reminder_event
BEGIN
    UPDATE reminder_pulse SET told_state = NEW.to_state, told_version = NEW.row_version WHERE reminder = NEW.reminder;
END;
CREATE TRIGGER reminder_pulse_armed AFTER INSERT ON reminder_timer WHEN NEW.present = 1 AND NEW.status = 'armed'
BEGIN UPDATE reminder_pulse SET armed = armed + 1 WHERE reminder = NEW.reminder; END;
CREATE TRIGGER reminder_pulse_rearmed AFTER UPDATE OF status, present ON reminder_timer
BEGIN
    UPDATE reminder_pulse SET armed = armed
        + (CASE WHEN NEW.present = 1 AND NEW.status = 'armed' THEN 1 ELSE 0 END)
        - (CASE WHEN OLD.present = 1 AND OLD.status = 'armed' THEN 1 ELSE 0 END)
    WHERE reminder = NEW.reminder;
END;
CREATE TRIGGER reminder_pulse_mailed AFTER INSERT ON outbox_item
BEGIN
    UPDATE reminder_pulse SET mailed = 1 WHERE reminder = NEW.reminder
        AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = NEW.outbox AND o.kind IN ('m1', 'm4'));
END;

DROP TRIGGER reminder_state;
DROP TRIGGER reminder_move;
DROP TRIGGER reminder_ended;
DROP TRIGGER reminder_frees_key;
DROP TRIGGER reminder_event_move;
DROP TRIGGER outbox_state;
DROP TRIGGER outbox_move;

-- generated from dossier::reminder::sql
CREATE TRIGGER reminder_state BEFORE INSERT ON reminder
WHEN NEW.state NOT IN ('held', 'pending_review', 'issued', 'refused', 'acknowledged', 'responded', 'returned', 'closed', 'cancelled', 'dismissed')
BEGIN SELECT RAISE(ABORT, 'no such state of a reminder'); END;
CREATE TRIGGER reminder_move BEFORE UPDATE OF state ON reminder
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
    'held>issued', 'held>cancelled', 'held>dismissed', 'pending_review>issued',
    'pending_review>cancelled', 'pending_review>dismissed', 'issued>refused', 'issued>acknowledged',
    'issued>closed', 'issued>cancelled', 'refused>issued', 'refused>closed',
    'refused>cancelled', 'acknowledged>responded', 'acknowledged>closed', 'acknowledged>cancelled',
    'responded>returned', 'responded>closed', 'responded>cancelled', 'returned>responded',
    'returned>closed', 'returned>cancelled')
BEGIN SELECT RAISE(ABORT, 'no such move of a reminder'); END;
CREATE TRIGGER reminder_ended BEFORE UPDATE ON reminder
WHEN OLD.state IN ('closed', 'cancelled', 'dismissed')
BEGIN SELECT RAISE(ABORT, 'a reminder that has ended does not change'); END;
CREATE TRIGGER reminder_frees_key AFTER UPDATE OF state ON reminder
WHEN NEW.state IN ('closed', 'cancelled', 'dismissed')
BEGIN UPDATE reminder_key SET open = 0 WHERE reminder = NEW.id; END;
CREATE TRIGGER reminder_event_move BEFORE INSERT ON reminder_event
WHEN NEW.event || ':' || COALESCE(NEW.from_state, '') || '>' || NEW.to_state NOT IN (
    'accept:responded>closed', 'ack_overdue:issued>issued', 'acknowledge:issued>acknowledged', 'approve:pending_review>issued',
    'approve_extension:acknowledged>acknowledged', 'approve_extension:issued>issued', 'approve_extension:returned>returned', 'cancel:acknowledged>cancelled',
    'cancel:held>cancelled', 'cancel:issued>cancelled', 'cancel:pending_review>cancelled', 'cancel:refused>cancelled',
    'cancel:responded>cancelled', 'cancel:returned>cancelled', 'condition_cleared:acknowledged>acknowledged', 'condition_cleared:held>held',
    'condition_cleared:issued>issued', 'condition_cleared:pending_review>pending_review', 'condition_cleared:refused>refused', 'condition_cleared:responded>responded',
    'condition_cleared:returned>returned', 'confirm_close:acknowledged>closed', 'confirm_close:issued>closed', 'confirm_close:refused>closed',
    'confirm_close:responded>closed', 'confirm_close:returned>closed', 'discard:held>dismissed', 'dismiss:pending_review>dismissed',
    'draft:acknowledged>acknowledged', 'draft:returned>returned', 'due_soon:acknowledged>acknowledged', 'due_soon:issued>issued',
    'due_soon:returned>returned', 'escalate:acknowledged>acknowledged', 'escalate:issued>issued', 'escalate:refused>refused',
    'escalate:responded>responded', 'escalate:returned>returned', 'escalate_auto:acknowledged>acknowledged', 'escalate_auto:held>held',
    'escalate_auto:issued>issued', 'escalate_auto:pending_review>pending_review', 'escalate_auto:refused>refused', 'escalate_auto:responded>responded',
    'escalate_auto:returned>returned', 'extension_overdue:acknowledged>acknowledged', 'extension_overdue:issued>issued', 'extension_overdue:returned>returned',
    'insist:refused>issued', 'pause:acknowledged>acknowledged', 'pause:issued>issued', 'pause:refused>refused',
    'pause:responded>responded', 'pause:returned>returned', 'propose_cancel:acknowledged>acknowledged', 'propose_cancel:held>held',
    'propose_cancel:issued>issued', 'propose_cancel:pending_review>pending_review', 'propose_cancel:refused>refused', 'propose_cancel:responded>responded',
    'propose_cancel:returned>returned', 'raise:>held', 'raise:>issued', 'raise:>pending_review',
    'readdress:acknowledged>acknowledged', 'readdress:held>held', 'readdress:issued>issued', 'readdress:pending_review>pending_review',
    'readdress:refused>refused', 'readdress:responded>responded', 'readdress:returned>returned', 'recalendar:acknowledged>acknowledged',
    'recalendar:issued>issued', 'recalendar:refused>refused', 'recalendar:responded>responded', 'recalendar:returned>returned',
    'refuse:issued>refused', 'reject_extension:acknowledged>acknowledged', 'reject_extension:issued>issued', 'reject_extension:returned>returned',
    'release:held>issued', 'request_extension:acknowledged>acknowledged', 'request_extension:issued>issued', 'request_extension:returned>returned',
    'reroute:refused>issued', 'respond:acknowledged>responded', 'respond:returned>responded', 'respond_overdue:acknowledged>acknowledged',
    'respond_overdue:issued>issued', 'respond_overdue:returned>returned', 'resume:acknowledged>acknowledged', 'resume:issued>issued',
    'resume:refused>refused', 'resume:responded>responded', 'resume:returned>returned', 'return:responded>returned',
    'review_overdue:acknowledged>acknowledged', 'review_overdue:issued>issued', 'review_overdue:pending_review>pending_review', 'review_overdue:refused>refused',
    'review_overdue:responded>responded', 'review_overdue:returned>returned', 'seen_again:acknowledged>acknowledged', 'seen_again:held>held',
    'seen_again:issued>issued', 'seen_again:pending_review>pending_review', 'seen_again:refused>refused', 'seen_again:responded>responded',
    'seen_again:returned>returned')
BEGIN SELECT RAISE(ABORT, 'no such event of a reminder'); END;
CREATE TRIGGER outbox_state BEFORE INSERT ON outbox
WHEN NEW.state NOT IN ('queued', 'leased', 'transmitting', 'accepted', 'bounced', 'rejected', 'unknown', 'dead_letter', 'obsolete')
BEGIN SELECT RAISE(ABORT, 'no such state of a mail'); END;
CREATE TRIGGER outbox_move BEFORE UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
    'queued>leased', 'queued>obsolete', 'queued>dead_letter', 'leased>queued',
    'leased>obsolete', 'leased>dead_letter', 'leased>transmitting', 'transmitting>accepted',
    'transmitting>queued', 'transmitting>rejected', 'transmitting>unknown', 'transmitting>dead_letter',
    'accepted>bounced', 'unknown>queued', 'unknown>accepted', 'unknown>bounced',
    'unknown>dead_letter', 'bounced>queued', 'rejected>queued', 'dead_letter>queued')
BEGIN SELECT RAISE(ABORT, 'no such move of a mail'); END;
-- end of what is generated
