-- What is kept whether or not anything is ever synced.
CREATE TABLE spaces (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  -- The rest is empty for a local space.
  account TEXT,
  site TEXT,
  remote TEXT,
  read_only TEXT,
  last_synced_at TEXT
) STRICT;

CREATE TABLE core_entities (
  id TEXT PRIMARY KEY NOT NULL,
  space TEXT NOT NULL REFERENCES spaces(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  parent TEXT,
  title TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL DEFAULT '',
  format TEXT NOT NULL,
  -- JSON object: field name to value.
  fields TEXT NOT NULL DEFAULT '{}',
  position INTEGER,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  deleted_at TEXT,
  -- Rises with each change of the content, by whomever. An apply that was planned on an older one is refused.
  counter INTEGER NOT NULL DEFAULT 1,
  opened_at TEXT
) STRICT;
CREATE INDEX core_entities_by_space ON core_entities(space, kind);
CREATE INDEX core_entities_by_parent ON core_entities(parent);

CREATE TABLE revisions (
  id TEXT PRIMARY KEY NOT NULL,
  entity TEXT NOT NULL,
  at TEXT NOT NULL,
  cause TEXT NOT NULL,
  -- 'you' or an account id.
  origin TEXT NOT NULL,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  fields TEXT NOT NULL,
  not_chosen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX revisions_by_entity ON revisions(entity, id);

CREATE TABLE attachments (
  -- Where it came from: space and address as the body writes it.
  space TEXT NOT NULL,
  address TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  PRIMARY KEY (space, address)
) STRICT;
CREATE INDEX attachments_by_sha ON attachments(sha256);

CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
