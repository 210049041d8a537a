-- A document that stands on a second site, too: where, and as what. Its row in `mirror` comes with its first push there.
CREATE TABLE linked (
  entity TEXT NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  account TEXT NOT NULL,
  space TEXT NOT NULL REFERENCES spaces(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  PRIMARY KEY (entity, account)
) STRICT;
CREATE INDEX linked_space ON linked(space);

-- What stands at home for the base of a linked document, passage by passage; written with the base.
ALTER TABLE mirror ADD COLUMN home TEXT;

-- A link that goes takes its mapping along, and nothing else.
CREATE TRIGGER linked_gone AFTER DELETE ON linked BEGIN
  DELETE FROM mirror WHERE entity = old.entity AND account = old.account;
  DELETE FROM version_vectors WHERE entity = old.entity AND holder = old.account;
END;

-- What one site refuses does not keep the other from being sent to. No account: the home's.
CREATE TABLE parked_on_sites (
  entity TEXT NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  account TEXT,
  counter INTEGER NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  queued INTEGER NOT NULL DEFAULT 0,
  until TEXT,
  copied INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO parked_on_sites (entity, counter, reason, since, queued, until, copied)
  SELECT entity, counter, reason, since, queued, until, copied FROM parked;
DROP TABLE parked;
ALTER TABLE parked_on_sites RENAME TO parked;
CREATE UNIQUE INDEX parked_once ON parked(entity, coalesce(account, ''));
