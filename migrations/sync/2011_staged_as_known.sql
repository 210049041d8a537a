-- What an object is compared by, beside it: one that is, to the byte, what it was is not read again to find that out.
ALTER TABLE staging ADD COLUMN token TEXT;
ALTER TABLE staging ADD COLUMN returned_hash TEXT;
