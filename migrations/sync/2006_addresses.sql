-- Where pages are reached on their sites (by their slugs), and where anything was reached before: what old links still say.
CREATE TABLE addresses (
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- A page's slug, anything else's id.
  name TEXT NOT NULL,
  entity TEXT NOT NULL,
  former INTEGER NOT NULL,
  PRIMARY KEY (account, kind, name, entity)
) STRICT;
CREATE INDEX addresses_by_entity ON addresses(entity);
CREATE INDEX addresses_former ON addresses(account) WHERE former = 1;

-- Which links of which documents were led to a new address, once each: what says an old address again later is somebody's wish.
-- `held`: the document was locked then.
CREATE TABLE followed (
  source TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  entity TEXT NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (source, account, kind, name, entity)
) STRICT;

-- Which addresses of courses the text of which document says. Filled from `links_due`, before it is asked.
CREATE TABLE links (
  target TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (target, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_source ON links(source);
CREATE TABLE links_due (entity TEXT PRIMARY KEY NOT NULL) STRICT;

-- Triggers, so that no writer can leave it out, also none of a build that does not know these tables.
CREATE TRIGGER addresses_new AFTER INSERT ON mirror
WHEN new.remote_kind = 'page' AND new.base ->> '$.facts.slug' IS NOT NULL BEGIN
  INSERT INTO addresses (account, kind, name, entity, former)
  VALUES (new.account, 'page', new.base ->> '$.facts.slug', new.entity, 0)
  ON CONFLICT DO UPDATE SET former = 0;
END;
CREATE TRIGGER addresses_new_slug AFTER UPDATE OF base ON mirror
WHEN new.remote_kind = 'page' AND new.base ->> '$.facts.slug' IS NOT old.base ->> '$.facts.slug' BEGIN
  UPDATE addresses SET former = 1 WHERE account = old.account AND kind = 'page' AND entity = old.entity;
  INSERT INTO addresses (account, kind, name, entity, former)
  SELECT new.account, 'page', new.base ->> '$.facts.slug', new.entity, 0 WHERE new.base ->> '$.facts.slug' IS NOT NULL
  ON CONFLICT DO UPDATE SET former = 0;
  -- Back where it was before, links that left follow it anew.
  DELETE FROM followed WHERE account = new.account AND kind = 'page' AND name = new.base ->> '$.facts.slug';
END;
CREATE TRIGGER addresses_new_id AFTER UPDATE OF remote_id ON mirror
WHEN new.remote_kind <> 'page' AND new.remote_id IS NOT old.remote_id BEGIN
  INSERT INTO addresses (account, kind, name, entity, former)
  VALUES (old.account, old.remote_kind, old.remote_id, old.entity, 1)
  ON CONFLICT DO UPDATE SET former = 1;
END;
CREATE TRIGGER addresses_gone AFTER DELETE ON mirror BEGIN
  UPDATE addresses SET former = 1 WHERE account = old.account AND entity = old.entity;
  INSERT INTO addresses (account, kind, name, entity, former)
  SELECT old.account, old.remote_kind, old.remote_id, old.entity, 1 WHERE old.remote_kind <> 'page'
  ON CONFLICT DO UPDATE SET former = 1;
END;
CREATE TRIGGER addresses_account_gone AFTER DELETE ON accounts BEGIN
  DELETE FROM addresses WHERE account = old.id;
  DELETE FROM followed WHERE account = old.id;
END;

CREATE TRIGGER links_new AFTER INSERT ON core_entities WHEN instr(new.content, '/courses/') > 0 BEGIN
  INSERT INTO links_due (entity) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER links_changed AFTER UPDATE OF content ON core_entities
WHEN old.content IS NOT new.content AND (instr(new.content, '/courses/') > 0 OR instr(old.content, '/courses/') > 0) BEGIN
  INSERT INTO links_due (entity) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER links_gone AFTER DELETE ON core_entities BEGIN
  DELETE FROM links WHERE source = old.id;
  DELETE FROM links_due WHERE entity = old.id;
  DELETE FROM followed WHERE source = old.id OR entity = old.id;
  DELETE FROM addresses WHERE entity = old.id;
END;

INSERT INTO addresses (account, kind, name, entity, former)
SELECT account, 'page', base ->> '$.facts.slug', entity, 0 FROM mirror
WHERE remote_kind = 'page' AND base ->> '$.facts.slug' IS NOT NULL;
INSERT INTO links_due (entity) SELECT id FROM core_entities WHERE instr(content, '/courses/') > 0;
