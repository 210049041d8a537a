-- Full text. What is searched stands here as text without markup; core_entities stays as it is written.
CREATE TABLE search_documents (
  -- Rises with each change: the newest documents are the last.
  docid INTEGER PRIMARY KEY,
  entity TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  -- One word for the space and one for the kind, so that the index itself can narrow.
  marks TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE search_index USING fts5(
  title, text, marks,
  content = 'search_documents', content_rowid = 'docid',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TRIGGER search_documents_new AFTER INSERT ON search_documents BEGIN
  INSERT INTO search_index (rowid, title, text, marks) VALUES (new.docid, new.title, new.text, new.marks);
END;
CREATE TRIGGER search_documents_gone AFTER DELETE ON search_documents BEGIN
  INSERT INTO search_index (search_index, rowid, title, text, marks) VALUES ('delete', old.docid, old.title, old.text, old.marks);
END;

-- What waits to be indexed: noted with each change, whoever makes it, and worked off outside that change's commit.
CREATE TABLE index_queue (seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL UNIQUE) STRICT;

CREATE TRIGGER core_entities_to_index AFTER INSERT ON core_entities BEGIN
  DELETE FROM index_queue WHERE entity = new.id;
  INSERT INTO index_queue (entity) VALUES (new.id);
END;
CREATE TRIGGER core_entities_to_index_again AFTER UPDATE OF title, content, space, kind, format, deleted_at ON core_entities
WHEN old.title IS NOT new.title OR old.content IS NOT new.content OR old.space IS NOT new.space OR old.kind IS NOT new.kind
  OR old.format IS NOT new.format OR (old.deleted_at IS NULL) IS NOT (new.deleted_at IS NULL) BEGIN
  DELETE FROM index_queue WHERE entity = new.id;
  INSERT INTO index_queue (entity) VALUES (new.id);
END;
CREATE TRIGGER core_entities_from_index AFTER DELETE ON core_entities BEGIN
  DELETE FROM index_queue WHERE entity = old.id;
  INSERT INTO index_queue (entity) VALUES (old.id);
END;

-- A workspace from before has everything still to be indexed, the last changed ones last.
INSERT INTO index_queue (entity) SELECT id FROM core_entities ORDER BY updated_at, id;
