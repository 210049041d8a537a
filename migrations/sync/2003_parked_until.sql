-- What only a limit of its site holds goes by itself after this moment.
ALTER TABLE parked ADD COLUMN until TEXT;
