-- Files that texts of a space link to: what each is, and whether its bytes are kept here.
CREATE TABLE linked_files (
  space TEXT NOT NULL REFERENCES spaces(id) ON DELETE CASCADE,
  -- Without query and what follows the id: /courses/7/files/12
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER,
  version TEXT NOT NULL,
  -- locked | hidden, for students
  students TEXT,
  -- kept | too_large | other_sort | no_room | not_given | gone
  state TEXT NOT NULL,
  -- The site's words, where it does not give the file out.
  why TEXT NOT NULL,
  -- Of the bytes, once they came. They stand among the attachments under each address by which texts name them.
  sha256 TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (space, address)
) STRICT;
