import type { Migration } from '../files/migrate.ts';

/**
 * Integer keys inside, public ids at the edge: what refers to a turn costs bytes, not 41 characters. Times are epoch
 * milliseconds. A step is an ordinary row with a unique (turn, seq): in a WITHOUT ROWID table every step above 1 kB
 * would spill into a page of its own.
 */
export const ground: Migration = {
  version: 1,
  name: 'ground',
  sql: `
CREATE TABLE principal (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('human','service','schedule','webhook','system')),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  principal INTEGER NOT NULL REFERENCES principal (id),
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_principal ON identity (principal);

CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('token','session','login_code')),
  principal INTEGER NOT NULL REFERENCES principal (id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX credential_secret ON credential (kind, secret_hash);
CREATE INDEX credential_principal ON credential (principal, kind, id);
CREATE INDEX credential_expiry ON credential (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES principal (id),
  title TEXT NOT NULL,
  model TEXT,
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_owner ON conversation (owner);
CREATE INDEX conversation_list ON conversation (owner, pinned, updated_at, id) WHERE hidden = 0;

CREATE TABLE turn (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  conversation INTEGER NOT NULL REFERENCES conversation (id),
  position INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued','running','parked','completed','failed','cancelled')),
  parked_for TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  seq INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,
  cancel_requested_by TEXT,
  compacted_at_seq INTEGER,
  lease_owner TEXT,
  lease_until INTEGER,
  fence INTEGER NOT NULL,
  CHECK ((status IN ('completed','failed','cancelled')) = (ended_at IS NOT NULL)),
  CHECK ((status = 'running') = (lease_owner IS NOT NULL)),
  CHECK ((status = 'parked') = (parked_for IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX turn_position ON turn (conversation, position);
CREATE INDEX turn_live_status ON turn (status) WHERE ended_at IS NULL;
CREATE INDEX turn_live_position ON turn (conversation, position) WHERE ended_at IS NULL;
CREATE INDEX turn_compacted ON turn (conversation, position) WHERE compacted_at_seq IS NOT NULL;

CREATE TABLE step (
  id INTEGER PRIMARY KEY,
  turn INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX step_place ON step (turn, seq);

CREATE TABLE idempotency (
  principal INTEGER NOT NULL REFERENCES principal (id),
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  turn INTEGER REFERENCES turn (id) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_turn ON idempotency (turn);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE approval (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  turn INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  owner INTEGER NOT NULL REFERENCES principal (id),
  call TEXT NOT NULL,
  digest TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('open','approved','denied','expired','withdrawn','consumed'))
) STRICT;
CREATE INDEX approval_turn ON approval (turn, status);
CREATE INDEX approval_owner ON approval (owner);
CREATE INDEX approval_owner_status ON approval (owner, status);
CREATE INDEX approval_status ON approval (status);
CREATE INDEX approval_open_expiry ON approval (expires_at) WHERE status = 'open';

CREATE TABLE budget (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  spent_micros INTEGER NOT NULL,
  reserved_micros INTEGER NOT NULL CHECK (reserved_micros >= 0),
  blocked INTEGER NOT NULL CHECK (blocked IN (0, 1))
) STRICT;

CREATE TABLE hold (
  id INTEGER PRIMARY KEY,
  call TEXT NOT NULL UNIQUE,
  turn INTEGER NOT NULL REFERENCES turn (id),
  micros INTEGER NOT NULL CHECK (micros >= 0)
) STRICT;
CREATE INDEX hold_turn ON hold (turn);

CREATE TABLE hold_scope (
  hold INTEGER NOT NULL REFERENCES hold (id) ON DELETE CASCADE,
  budget INTEGER NOT NULL REFERENCES budget (id),
  limit_micros INTEGER NOT NULL,
  PRIMARY KEY (hold, budget)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_scope_budget ON hold_scope (budget);

-- AUTOINCREMENT: a position that was acknowledged once must never come back.
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL
) STRICT;

CREATE TABLE runtime_config (
  version INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL REFERENCES principal (id),
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  label TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX note_title ON note (owner, title);
CREATE INDEX note_age ON note (owner, updated_at);

CREATE TABLE note_write (
  owner INTEGER NOT NULL REFERENCES principal (id),
  write_key TEXT NOT NULL,
  PRIMARY KEY (owner, write_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment_blob (
  id INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL REFERENCES principal (id),
  sha256 TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX attachment_blob_content ON attachment_blob (owner, sha256);

CREATE TABLE attachment (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES principal (id),
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  blob INTEGER NOT NULL REFERENCES attachment_blob (id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_owner ON attachment (owner);
CREATE INDEX attachment_content ON attachment (blob);

-- What steps name by its hash: prompts, policies, tool lists.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('prompt','policy','tools')),
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- One row that a health check rewrites: the only honest way to know that the disk takes writes.
CREATE TABLE health_probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
INSERT INTO health_probe (id, at) VALUES (1, 0);

-- The words themselves are in the steps; this holds the index alone. rowid = turn * 2 + (1 for the answer).
CREATE VIRTUAL TABLE message_search USING fts5 (
  owner, text,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);
`,
};
