-- What no foreign key ties to its entity or space goes with it, also in a build that does not know these tables: a write
-- left open for an entity that is gone could never be settled.
CREATE TRIGGER core_entities_gone AFTER DELETE ON core_entities BEGIN
  DELETE FROM journal WHERE entity = old.id;
END;
CREATE TRIGGER spaces_gone AFTER DELETE ON spaces BEGIN
  DELETE FROM staging WHERE space = old.id;
  DELETE FROM pulls WHERE space = old.id;
END;
