-- Whether it waits because the workspace turned out to be an older copy: it goes by itself where the site is as both last agreed.
ALTER TABLE parked ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;
