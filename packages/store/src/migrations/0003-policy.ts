import type { Migration } from '../files/migrate.ts';

/** Which policy was in force since when; its text is a content of the same hash. */
export const policy: Migration = {
  version: 3,
  name: 'policy',
  sql: `
CREATE TABLE policy_history (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL REFERENCES content (hash),
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('start','file','api'))
) STRICT;
CREATE INDEX policy_history_hash ON policy_history (hash);
`,
};
