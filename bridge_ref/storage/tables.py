"""The tables of the store. Memberships have their own, indexed both ways; documents are JSON as shown.

That names are unique is a rule of the account, not of the tables: a change set says which it found `Free`.
"""

VERSION = 1

TABLES = """
CREATE TABLE members (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    managed INTEGER NOT NULL,
    invitation TEXT,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX members_email_key ON members(email_key);
CREATE INDEX members_pending ON members(ordinal) WHERE state = 'PENDING';

CREATE TABLE users (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    member_id TEXT NOT NULL UNIQUE REFERENCES members(id) ON DELETE CASCADE,
    user_name_key TEXT NOT NULL,
    display_key TEXT,
    external_id TEXT,
    document BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX users_user_name_key ON users(user_name_key);
CREATE INDEX users_external_id ON users(external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_display_key ON users(display_key) WHERE display_key IS NOT NULL;

CREATE TABLE groups (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    scim_id TEXT UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    external_id TEXT,
    type TEXT NOT NULL,
    managed INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX groups_name_key ON groups(name_key);
CREATE INDEX groups_managed ON groups(ordinal) WHERE scim_id IS NOT NULL;
CREATE INDEX groups_external_id ON groups(external_id) WHERE external_id IS NOT NULL;

CREATE TABLE memberships (
    group_id TEXT NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES members(id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, member_id)
) WITHOUT ROWID;
CREATE INDEX memberships_by_member ON memberships(member_id, group_id);

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    member_id TEXT,
    group_id TEXT,
    state TEXT
);

CREATE TABLE mail (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    links TEXT NOT NULL
);
CREATE INDEX mail_by_recipient ON mail(recipient_key, seq);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
"""

# Emptied by a reset; the numbers of events and messages go on, so that nobody's `since` points past new ones.
EMPTIED = ("memberships", "users", "groups", "members", "events", "mail", "settings")
