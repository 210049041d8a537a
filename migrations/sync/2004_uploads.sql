-- What a file kept here became on a site. `place` is the space where each course keeps its own files, the account where a whole
-- forum keeps a content once. No address yet: it was about to be sent, and is looked for there before it is sent again.
CREATE TABLE uploads (
  place TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  address TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (place, sha256)
) STRICT;

CREATE TRIGGER uploads_space_gone AFTER DELETE ON spaces BEGIN
  DELETE FROM uploads WHERE place = old.id;
END;
CREATE TRIGGER uploads_account_gone AFTER DELETE ON accounts BEGIN
  DELETE FROM uploads WHERE place = old.id;
END;
