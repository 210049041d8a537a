-- What something that lies in the trash was mapped to: brought back, it may be brought back there as well, with its id and what stood
-- under it; and what comes back there is that thing again here.
CREATE TABLE former_mappings (
  entity TEXT NOT NULL REFERENCES core_entities(id) ON DELETE CASCADE,
  account TEXT NOT NULL,
  remote_kind TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  parent_kind TEXT,
  parent_id TEXT,
  base TEXT NOT NULL,
  token TEXT NOT NULL,
  canonical_hash TEXT NOT NULL,
  returned_hash TEXT NOT NULL,
  read_only TEXT,
  changed_by TEXT,
  changed_at TEXT,
  url TEXT,
  verified_at TEXT NOT NULL,
  PRIMARY KEY (entity, account)
) STRICT;
CREATE INDEX former_mappings_object ON former_mappings(account, remote_kind, remote_id);

-- What is set apart or unlinked is not in the trash, and its id may stand for something else by now. What a linked document was on its other
-- site became a document of its own.
CREATE TRIGGER mapping_former AFTER DELETE ON mirror
WHEN EXISTS (SELECT 1 FROM core_entities WHERE id = old.entity AND kind = old.remote_kind AND deleted_at IS NOT NULL) BEGIN
  INSERT OR REPLACE INTO former_mappings (entity, account, remote_kind, remote_id, parent_kind, parent_id, base, token, canonical_hash,
    returned_hash, read_only, changed_by, changed_at, url, verified_at)
  VALUES (old.entity, old.account, old.remote_kind, old.remote_id, old.parent_kind, old.parent_id, old.base, old.token,
    old.canonical_hash, old.returned_hash, old.read_only, old.changed_by, old.changed_at, old.url, old.verified_at);
END;

CREATE TRIGGER mapping_again AFTER INSERT ON mirror BEGIN
  DELETE FROM former_mappings WHERE entity = new.entity AND account = new.account;
END;
