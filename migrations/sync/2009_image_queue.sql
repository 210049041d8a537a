-- Documents whose text shows images that may not be kept yet: noted with each change, whoever makes it. A sync looks at these alone,
-- and takes out each whose images are all here.
CREATE TABLE image_queue (seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL UNIQUE) STRICT;

CREATE TRIGGER image_queue_made AFTER INSERT ON core_entities WHEN new.content LIKE '%<img%' BEGIN
  DELETE FROM image_queue WHERE entity = new.id;
  INSERT INTO image_queue (entity) VALUES (new.id);
END;
CREATE TRIGGER image_queue_edited AFTER UPDATE OF content, space ON core_entities
WHEN new.content LIKE '%<img%' AND (old.content IS NOT new.content OR old.space IS NOT new.space) BEGIN
  DELETE FROM image_queue WHERE entity = new.id;
  INSERT INTO image_queue (entity) VALUES (new.id);
END;
-- What a forum shows of a text is in the base.
CREATE TRIGGER image_queue_read AFTER INSERT ON mirror WHEN new.base LIKE '%<img%' BEGIN
  DELETE FROM image_queue WHERE entity = new.entity;
  INSERT INTO image_queue (entity) VALUES (new.entity);
END;
CREATE TRIGGER image_queue_read_again AFTER UPDATE OF base ON mirror WHEN new.base LIKE '%<img%' AND old.base IS NOT new.base BEGIN
  DELETE FROM image_queue WHERE entity = new.entity;
  INSERT INTO image_queue (entity) VALUES (new.entity);
END;
CREATE TRIGGER image_queue_gone AFTER DELETE ON core_entities BEGIN
  DELETE FROM image_queue WHERE entity = old.id;
END;

-- Spaces of which an image was forgotten: any document may show it.
CREATE TABLE image_queue_spaces (space TEXT PRIMARY KEY NOT NULL) STRICT;
CREATE TRIGGER image_queue_forgotten AFTER DELETE ON attachments BEGIN
  INSERT INTO image_queue_spaces (space) SELECT old.space WHERE NOT EXISTS (SELECT 1 FROM image_queue_spaces WHERE space = old.space);
END;

-- A workspace from before has everything still to be looked at.
INSERT INTO image_queue (entity) SELECT id FROM core_entities ORDER BY id;
