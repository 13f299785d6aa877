-- Who signs in, in what capacity, from when to when; what narrows a reader's questions.

CREATE TABLE account (
    id              TEXT PRIMARY KEY REFERENCES actor (id),
    -- a PHC string: argon2id with its parameters and its salt
    password_hash   TEXT NOT NULL,
    password_set_at BIGINT NOT NULL,
    must_change     BIGINT NOT NULL CHECK (must_change IN (0, 1)),
    disabled        BIGINT NOT NULL CHECK (disabled IN (0, 1)),
    failures        BIGINT NOT NULL CHECK (failures >= 0),
    locked_until    BIGINT,
    office          TEXT,
    -- the account's own dossier, from which it stays away
    person          TEXT,
    -- JSON list of offices; NULL: all
    offices         TEXT,
    -- JSON list of kinds of records; NULL: what the roles say
    withheld        TEXT,
    secrecy         TEXT NOT NULL CHECK (secrecy IN ('open', 'internal', 'secret', 'confidential', 'top')),
    -- sealed; NULL: no second factor
    totp            TEXT,
    totp_step       BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    signed_in_at    BIGINT
) WITHOUT ROWID;

CREATE TABLE account_role (
    account TEXT NOT NULL REFERENCES account (id),
    role    TEXT NOT NULL CHECK (role IN ('inspector', 'approver', 'office_handler', 'office_lead', 'reviewer',
            'supervising_lead', 'leader', 'system_admin', 'security_admin', 'audit_admin')),
    PRIMARY KEY (account, role)
) WITHOUT ROWID;
-- The three administrators are nothing else; the program checks it too, this holds against its errors.
CREATE TRIGGER account_role_separation BEFORE INSERT ON account_role
WHEN EXISTS (SELECT 1 FROM account_role r WHERE r.account = NEW.account AND r.role <> NEW.role
             AND (NEW.role IN ('system_admin', 'security_admin', 'audit_admin')
                  OR r.role IN ('system_admin', 'security_admin', 'audit_admin')))
BEGIN SELECT RAISE(ABORT, 'an administrator is nothing else'); END;

CREATE TABLE password_history (
    account       TEXT NOT NULL REFERENCES account (id),
    set_at        BIGINT NOT NULL,
    password_hash TEXT NOT NULL
);
CREATE INDEX password_history_account ON password_history (account, set_at);

-- Only hashes of tokens: who reads the file cannot sign in with it.
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    address    TEXT NOT NULL,
    purpose    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

CREATE TABLE api_token (
    id         TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account    TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    -- JSON list of actions: never more than the account may
    actions    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked    BIGINT NOT NULL CHECK (revoked IN (0, 1)),
    used_at    BIGINT
) WITHOUT ROWID;
CREATE INDEX api_token_account ON api_token (account);

CREATE TABLE access_request (
    id         INTEGER PRIMARY KEY,
    applicant  TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    purpose    TEXT NOT NULL,
    -- JSON lists
    persons    TEXT NOT NULL,
    kinds      TEXT NOT NULL,
    from_day   TEXT NOT NULL,
    until_day  TEXT NOT NULL CHECK (until_day >= from_day),
    state      TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'ended')),
    decided_by TEXT REFERENCES account (id),
    decided_at BIGINT,
    reason     TEXT,
    CHECK (decided_by IS NULL OR decided_by <> applicant),
    CHECK ((state = 'asked') = (decided_at IS NULL))
);
CREATE INDEX access_request_applicant ON access_request (applicant, state);

-- Under which scope a clearance was answered: who sees less today does not read it again.
CREATE TABLE clearance_scope (
    clearance   TEXT PRIMARY KEY REFERENCES clearance (id),
    fingerprint TEXT NOT NULL
) WITHOUT ROWID;

-- By what records are narrowed to a reader's scope; of live records only, kept in step with them.
CREATE TABLE place_office (
    office TEXT PRIMARY KEY,
    parent TEXT
) WITHOUT ROWID;
CREATE TABLE place_unit (
    unit   TEXT PRIMARY KEY,
    parent TEXT,
    office TEXT
) WITHOUT ROWID;
-- A person's own office, which goes before that of the unit.
CREATE TABLE place_person (
    person TEXT PRIMARY KEY,
    office TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX place_person_office ON place_person (office);
-- Days as YYYY-MM-DD; an empty last day is open.
CREATE TABLE place_post (
    post      TEXT PRIMARY KEY,
    person    TEXT NOT NULL,
    unit      TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day  TEXT NOT NULL,
    main      BIGINT NOT NULL CHECK (main IN (0, 1))
) WITHOUT ROWID;
CREATE INDEX place_post_person ON place_post (person);
CREATE INDEX place_post_unit ON place_post (unit);
CREATE TABLE place_text (
    text    TEXT PRIMARY KEY,
    secrecy BIGINT NOT NULL,
    kind    TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE place_text_person (
    text   TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (text, person)
) WITHOUT ROWID;
CREATE INDEX place_text_person_person ON place_text_person (person);
-- Whose dossier names whom as a relative with a dossier of his own.
CREATE TABLE place_kin (
    relative TEXT PRIMARY KEY,
    person   TEXT NOT NULL,
    kin      TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX place_kin_kin ON place_kin (kin);
