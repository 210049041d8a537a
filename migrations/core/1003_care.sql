-- Since when nothing refers to an address that is kept, so that it can go after a while.
CREATE TABLE attachments_unused (
  space TEXT NOT NULL,
  address TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (space, address),
  FOREIGN KEY (space, address) REFERENCES attachments(space, address) ON DELETE CASCADE
) STRICT;

-- How long the named operations took; the buckets are counts by duration.
CREATE TABLE metrics (
  name TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  total_micros INTEGER NOT NULL,
  max_micros INTEGER NOT NULL,
  buckets TEXT NOT NULL
) STRICT;

-- The slowest of those that were slow, with the statement to ask the database for its plan.
CREATE TABLE slow_queries (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  micros INTEGER NOT NULL,
  statement TEXT
) STRICT;
