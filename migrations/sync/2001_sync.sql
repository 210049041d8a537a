-- What bringing both sides together needs.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY NOT NULL,
  site TEXT NOT NULL,
  url TEXT NOT NULL,
  site_name TEXT NOT NULL,
  user TEXT NOT NULL,
  user_name TEXT NOT NULL,
  -- token | admin_key | user_key
  auth TEXT NOT NULL,
  -- The user name that an admin-issued key speaks for.
  login TEXT,
  -- keychain | session | environment; never the secret itself.
  secret_place TEXT NOT NULL,
  secret_env TEXT,
  reached_at TEXT,
  trouble TEXT
) STRICT;

-- Which edits a copy contains; holder is 'local' or an account id.
CREATE TABLE version_vectors (
  entity TEXT NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  holder TEXT NOT NULL,
  vector TEXT NOT NULL,
  PRIMARY KEY (entity, holder)
) STRICT;

-- The tie of an entity to one remote object, and what the two sides last agreed on.
CREATE TABLE mirror (
  entity TEXT NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  account TEXT NOT NULL,
  remote_kind TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  parent_kind TEXT,
  parent_id TEXT,
  -- domain::Base as JSON.
  base TEXT NOT NULL,
  token TEXT NOT NULL,
  canonical_hash TEXT NOT NULL,
  returned_hash TEXT NOT NULL,
  read_only TEXT,
  changed_by TEXT,
  changed_at TEXT,
  url TEXT,
  verified_at TEXT NOT NULL,
  PRIMARY KEY (entity, account),
  -- Page 5 and assignment 5 are two things.
  UNIQUE (account, remote_kind, remote_id)
) STRICT;

CREATE TABLE staging (
  space TEXT NOT NULL,
  remote_kind TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  -- domain::RemoteObject as JSON; absent where the token said that nothing changed.
  object TEXT,
  PRIMARY KEY (space, remote_kind, remote_id)
) STRICT;

CREATE TABLE pulls (space TEXT PRIMARY KEY NOT NULL, cursors TEXT NOT NULL) STRICT;

CREATE TABLE conflicts (
  entity TEXT PRIMARY KEY NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  row TEXT NOT NULL
) STRICT;

CREATE TABLE parked (
  entity TEXT PRIMARY KEY NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  counter INTEGER NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  -- A post that waits for a moderator is not the person's to mend.
  queued INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE journal (
  id TEXT PRIMARY KEY NOT NULL,
  entity TEXT NOT NULL,
  account TEXT NOT NULL,
  at TEXT NOT NULL,
  -- intended | confirmed | dropped | queued
  state TEXT NOT NULL,
  entry TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX journal_open ON journal(account, state);

CREATE TABLE sync_runs (id TEXT PRIMARY KEY NOT NULL, started_at TEXT NOT NULL, report TEXT NOT NULL) STRICT;
