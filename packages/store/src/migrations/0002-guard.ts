import type { Migration } from '../files/migrate.ts';

/** Four eyes, the kill switch, and values that are accepted for longer than a request. */
export const guard: Migration = {
  version: 2,
  name: 'guard',
  sql: `
ALTER TABLE approval ADD COLUMN four_eyes INTEGER NOT NULL DEFAULT 0 CHECK (four_eyes IN (0, 1));
CREATE INDEX approval_four_eyes ON approval (four_eyes) WHERE four_eyes = 1;
CREATE INDEX approval_four_eyes_status ON approval (four_eyes, status) WHERE four_eyes = 1;

ALTER TABLE credential ADD COLUMN proven_at INTEGER;
CREATE INDEX principal_kind ON principal (kind);

-- target is a public id or a name, not a key: what is stopped may be gone, or not be there yet.
CREATE TABLE stop (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES principal (id),
  scope TEXT NOT NULL CHECK (scope IN ('conversation','tool','server','everything')),
  target TEXT NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  lifted_at INTEGER,
  lifted_by INTEGER REFERENCES principal (id),
  CHECK ((scope = 'everything') = (target = '')),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE INDEX stop_owner ON stop (owner);
CREATE INDEX stop_lifter ON stop (lifted_by);
CREATE INDEX stop_in_force ON stop (lifted_at) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX stop_once ON stop (scope, target) WHERE lifted_at IS NULL;

-- approval is its public id: the approval goes with its conversation, the grant stays on record.
CREATE TABLE standing_grant (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES principal (id),
  approval TEXT NOT NULL,
  server TEXT NOT NULL,
  slot TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  CHECK (expires_at > created_at)
) STRICT;
CREATE INDEX standing_grant_owner ON standing_grant (owner);
CREATE INDEX standing_grant_live ON standing_grant (owner, expires_at) WHERE revoked_at IS NULL;
`,
};
