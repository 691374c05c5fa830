-- Which permits were settled: a bit each, in chunks of consecutive permits of one run.
CREATE TABLE settlements (
  run INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  bits BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (run, chunk)
) STRICT, WITHOUT ROWID;
