-- The number of the node that made an event; 0 for a server that stands alone.
ALTER TABLE events ADD COLUMN node INTEGER NOT NULL DEFAULT 0;
