-- The time zone in which a course's dates are meant, by its IANA name; learned with each sync.
ALTER TABLE spaces ADD COLUMN time_zone TEXT;
