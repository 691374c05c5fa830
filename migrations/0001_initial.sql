-- Policies as they are, and every version they ever had.
-- AUTOINCREMENT: the id of a deleted policy is never given to another, so that a state written
-- late can never be taken for somebody else's.
CREATE TABLE policies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE policy_versions (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  action TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (kind, name, version)
) STRICT, WITHOUT ROWID;

-- The state of each key of each policy, whatever its kind.
CREATE TABLE states (
  policy_id INTEGER NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (policy_id, key)
) STRICT, WITHOUT ROWID;

-- What was settled for single keys of a policy, such as their tiers.
CREATE TABLE assignments (
  policy_id INTEGER NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  document TEXT NOT NULL,
  expires_at INTEGER,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (policy_id, key)
) STRICT, WITHOUT ROWID;

-- Words that occur in very many events, each kept once.
CREATE TABLE symbols (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

-- The history. seq has no gaps; kind, name, type and actor are symbols; instants are nanoseconds
-- since the epoch. Each index ends in the seq by itself, so that a filter and the order of the
-- answer come from one index; indexes over columns that are mostly empty are partial.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type INTEGER NOT NULL,
  kind INTEGER,
  name INTEGER,
  key TEXT,
  actor INTEGER NOT NULL,
  trace_id TEXT,
  policy_version INTEGER,
  reason TEXT,
  data TEXT
) STRICT;

CREATE INDEX events_by_type ON events (type);
CREATE INDEX events_by_actor ON events (actor);
CREATE INDEX events_by_kind ON events (kind) WHERE kind IS NOT NULL;
CREATE INDEX events_by_name ON events (name) WHERE name IS NOT NULL;
CREATE INDEX events_by_key ON events (key) WHERE key IS NOT NULL;
CREATE INDEX events_by_trace ON events (trace_id) WHERE trace_id IS NOT NULL;

-- Where in the history time went back: a clock set back between two runs. Between two of these
-- the time of events never decreases, so that a time is found in it by halving.
CREATE TABLE event_epochs (
  first_seq INTEGER PRIMARY KEY
) STRICT;

-- Single values, such as the time of the manual clock.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
