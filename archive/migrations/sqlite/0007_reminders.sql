-- Reminders, their events, clocks and mails. What a reminder says about a person (explanations, reasons,
-- answers) is sealed; keys of records are not. The block at the end is generated from the table of
-- transitions (dossier::reminder::sql) and held against it by a test.

-- Which sweep raised what, and whether the storm gate let it through.
CREATE TABLE reminder_run (
    run         TEXT PRIMARY KEY,
    as_of       TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT,
    gate        TEXT NOT NULL CHECK (gate IN ('open', 'opening', 'storm')),
    -- dossiers that there were: a run over an empty archive is no opening inventory
    persons     BIGINT NOT NULL,
    expected    BIGINT NOT NULL,
    issued      BIGINT NOT NULL,
    held        BIGINT NOT NULL
);

-- What the gate keeps back, office by office.
CREATE TABLE reminder_batch (
    id          INTEGER PRIMARY KEY,
    run         TEXT NOT NULL REFERENCES reminder_run (run),
    office      TEXT NOT NULL,
    gate        TEXT NOT NULL CHECK (gate IN ('opening', 'storm')),
    created_at  BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('held', 'proposed', 'released', 'discarded')),
    proposal    TEXT CHECK (proposal IN ('release', 'discard')),
    proposed_by TEXT REFERENCES actor (id),
    reason      TEXT,
    decided_by  TEXT REFERENCES actor (id),
    decided_at  BIGINT,
    UNIQUE (run, office),
    CHECK ((state = 'held') = (proposed_by IS NULL)),
    CHECK (state NOT IN ('released', 'discarded') OR decided_by IS NOT NULL),
    CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);

CREATE TABLE reminder (
    seq              INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    state            TEXT NOT NULL,
    row_version      BIGINT NOT NULL,
    subject          TEXT NOT NULL,
    unit             TEXT,
    office           TEXT,
    category         TEXT NOT NULL,
    severity         TEXT NOT NULL CHECK (severity IN ('high', 'medium', 'low')),
    run              TEXT NOT NULL REFERENCES reminder_run (run),
    batch            BIGINT REFERENCES reminder_batch (id),
    episode          BIGINT NOT NULL CHECK (episode >= 1),
    reopens          TEXT REFERENCES reminder (id),
    created_at       BIGINT NOT NULL,
    changed_at       BIGINT NOT NULL,
    issued_at        BIGINT,
    acked_at         BIGINT,
    responded_at     BIGINT,
    ended_at         BIGINT,
    outcome          TEXT,
    -- the present last day to answer, for lists and figures
    due_day          TEXT,
    due_firm         BIGINT CHECK (due_firm IN (0, 1)),
    overdue_ack      BIGINT NOT NULL,
    overdue_respond  BIGINT NOT NULL,
    overdue_review   BIGINT NOT NULL,
    escalation_level BIGINT NOT NULL,
    extension_count  BIGINT NOT NULL,
    extended_days    BIGINT NOT NULL,
    extension_by     TEXT,
    extension_day    TEXT,
    cancel_by        TEXT,
    paused_until     TEXT,
    cleared          BIGINT NOT NULL CHECK (cleared IN (0, 1)),
    missed_runs      BIGINT NOT NULL,
    drafted_by       TEXT,
    responder        TEXT,
    round            BIGINT NOT NULL,
    times_reminded   BIGINT NOT NULL,
    rule_author      TEXT,
    policy           TEXT NOT NULL,
    CHECK ((ended_at IS NOT NULL) = (state IN ('closed', 'cancelled', 'dismissed'))),
    CHECK ((outcome IS NOT NULL) = (state = 'closed')),
    CHECK ((extension_by IS NULL) = (extension_day IS NULL)),
    CHECK (state NOT IN ('issued', 'refused', 'acknowledged', 'responded', 'returned', 'closed')
           OR issued_at IS NOT NULL),
    CHECK (state NOT IN ('acknowledged', 'responded', 'returned') OR acked_at IS NOT NULL),
    CHECK (state <> 'responded' OR responder IS NOT NULL)
);
CREATE INDEX reminder_state ON reminder (state, office);
CREATE INDEX reminder_subject ON reminder (subject, state);
CREATE INDEX reminder_batch_of ON reminder (batch);
CREATE TRIGGER reminder_no_delete BEFORE DELETE ON reminder
BEGIN SELECT RAISE(ABORT, 'reminders are never deleted'); END;

-- One open reminder for a category and a subject.
CREATE TABLE reminder_key (
    reminder TEXT NOT NULL REFERENCES reminder (id),
    key      TEXT NOT NULL,
    open     BIGINT NOT NULL CHECK (open IN (0, 1)),
    PRIMARY KEY (key, reminder)
);
CREATE UNIQUE INDEX reminder_key_open ON reminder_key (key) WHERE open = 1;
CREATE INDEX reminder_key_reminder ON reminder_key (reminder);

-- What the rules said, clause by clause.
CREATE TABLE reminder_fact (
    reminder     TEXT NOT NULL REFERENCES reminder (id),
    category     TEXT NOT NULL,
    clause       TEXT NOT NULL,
    severity     TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    evidence     TEXT NOT NULL,
    explanation  TEXT NOT NULL,
    rule_version TEXT NOT NULL,
    since        TEXT,
    until        TEXT,
    first_run    TEXT NOT NULL,
    last_run     TEXT NOT NULL,
    PRIMARY KEY (reminder, category, clause, fingerprint)
);
CREATE INDEX reminder_fact_fingerprint ON reminder_fact (fingerprint);

CREATE TABLE reminder_answer (
    reminder TEXT NOT NULL REFERENCES reminder (id),
    number   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    author   TEXT NOT NULL,
    signer   TEXT,
    hash     TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (reminder, number)
);

CREATE TABLE reminder_event (
    seq             INTEGER PRIMARY KEY,
    reminder        TEXT NOT NULL REFERENCES reminder (id),
    row_version     BIGINT NOT NULL,
    from_state      TEXT,
    to_state        TEXT NOT NULL,
    event           TEXT NOT NULL,
    actor           TEXT NOT NULL REFERENCES actor (id),
    party           TEXT NOT NULL,
    at              BIGINT NOT NULL,
    noticed_at      BIGINT NOT NULL,
    local_date      TEXT NOT NULL,
    code            TEXT,
    -- sealed: a person wrote it
    reason          TEXT,
    detail          TEXT NOT NULL,
    idempotency_key TEXT,
    policy          TEXT NOT NULL,
    calendar        TEXT NOT NULL,
    address         TEXT,
    prev_hash       TEXT NOT NULL,
    hash            TEXT NOT NULL,
    UNIQUE (reminder, row_version)
);
CREATE UNIQUE INDEX reminder_event_once ON reminder_event (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE TRIGGER reminder_event_no_update BEFORE UPDATE ON reminder_event
BEGIN SELECT RAISE(ABORT, 'events of reminders are append-only'); END;
CREATE TRIGGER reminder_event_no_delete BEFORE DELETE ON reminder_event
BEGIN SELECT RAISE(ABORT, 'events of reminders are append-only'); END;
-- The last event and the reminder always say the same.
CREATE TRIGGER reminder_event_fits BEFORE INSERT ON reminder_event
WHEN NOT EXISTS (SELECT 1 FROM reminder r WHERE r.id = NEW.reminder AND r.state = NEW.to_state
                 AND r.row_version = NEW.row_version)
BEGIN SELECT RAISE(ABORT, 'an event that does not fit its reminder'); END;

-- Clocks. A breach is one row that has fired; it is never counted twice, because a clock that ended does
-- not run again: a new day is a new row.
CREATE TABLE reminder_timer (
    id        INTEGER PRIMARY KEY,
    reminder  TEXT NOT NULL REFERENCES reminder (id),
    kind      TEXT NOT NULL CHECK (kind IN ('ack', 'respond', 'review', 'due_soon', 'escalate_ack',
                                            'escalate_respond', 'escalate_review', 'pause_end')),
    step      BIGINT NOT NULL,
    armed_at  BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    due_day   TEXT NOT NULL,
    firm      BIGINT NOT NULL CHECK (firm IN (0, 1)),
    counted   TEXT,
    calendar  TEXT NOT NULL,
    status    TEXT NOT NULL CHECK (status IN ('armed', 'waiting', 'met', 'fired', 'stopped')),
    remaining BIGINT,
    ended_at  BIGINT,
    excused   BIGINT NOT NULL CHECK (excused IN (0, 1)),
    -- still part of the reminder's standing
    present   BIGINT NOT NULL CHECK (present IN (0, 1)),
    CHECK ((ended_at IS NULL) = (status IN ('armed', 'waiting')))
);
CREATE UNIQUE INDEX reminder_timer_one ON reminder_timer (reminder, kind) WHERE present = 1;
CREATE INDEX reminder_timer_due ON reminder_timer (due_at) WHERE status = 'armed';

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    message_id      TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    reminder        TEXT REFERENCES reminder (id),
    event           BIGINT REFERENCES reminder_event (seq),
    office          TEXT,
    audience        TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    stale_after     TEXT NOT NULL,
    bytes           BLOB NOT NULL,
    created_at      BIGINT NOT NULL,
    state           TEXT NOT NULL,
    -- why it waits although its time has come: 'clock' (a person has to confirm), 'budget'
    hold            TEXT CHECK (hold IN ('clock', 'budget')),
    attempts        BIGINT NOT NULL,
    next_attempt_at BIGINT,
    lease_epoch     BIGINT,
    leased_until    BIGINT,
    resent          BIGINT NOT NULL CHECK (resent IN (0, 1)),
    reply           TEXT,
    error           TEXT,
    ended_at        BIGINT,
    CHECK ((state IN ('queued', 'unknown')) OR next_attempt_at IS NULL),
    CHECK (state <> 'queued' OR next_attempt_at IS NOT NULL),
    CHECK ((state IN ('leased', 'transmitting')) = (lease_epoch IS NOT NULL)),
    CHECK ((state = 'accepted') <= (reply IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX outbox_state_of ON outbox (state, created_at);
CREATE INDEX outbox_reminder ON outbox (reminder);
CREATE TRIGGER outbox_bytes BEFORE UPDATE OF bytes, message_id, recipient ON outbox
BEGIN SELECT RAISE(ABORT, 'a mail is sent as it was written'); END;

-- Which reminders a mail is about, and the random word (hashed) under which its reader finds each.
CREATE TABLE outbox_item (
    outbox     BIGINT NOT NULL REFERENCES outbox (id),
    reminder   TEXT NOT NULL REFERENCES reminder (id),
    token_hash TEXT NOT NULL UNIQUE,
    PRIMARY KEY (outbox, reminder)
);
CREATE INDEX outbox_item_reminder ON outbox_item (reminder);

CREATE TABLE outbox_attempt (
    outbox     BIGINT NOT NULL REFERENCES outbox (id),
    number     BIGINT NOT NULL,
    epoch      BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT,
    outcome    TEXT CHECK (outcome IN ('accepted', 'retry', 'rejected', 'unknown')),
    phase      TEXT,
    reply      TEXT,
    PRIMARY KEY (outbox, number)
);
CREATE INDEX outbox_attempt_started ON outbox_attempt (started_at);

-- Exemptions whose end was told, once for each last day.
CREATE TABLE exemption_warning (
    exemption BIGINT NOT NULL,
    until     TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (exemption, until)
);

-- Who does what only one may do. The epoch goes up with each new holder and is checked in every write.
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

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
WHEN NEW.state NOT IN ('queued', 'leased', 'transmitting', 'accepted', 'rejected', 'unknown', 'dead_letter', 'obsolete')
BEGIN SELECT RAISE(ABORT, 'no such state of a mail'); END;
CREATE TRIGGER outbox_move BEFORE UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
    'queued>leased', 'queued>obsolete', 'queued>dead_letter', 'leased>queued',
    'leased>obsolete', 'leased>dead_letter', 'leased>transmitting', 'transmitting>accepted',
    'transmitting>queued', 'transmitting>rejected', 'transmitting>unknown', 'transmitting>dead_letter',
    'unknown>queued', 'rejected>queued', 'dead_letter>queued')
BEGIN SELECT RAISE(ABORT, 'no such move of a mail'); END;
-- end of what is generated
