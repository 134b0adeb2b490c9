import type { AuditEvent } from '@bakerst/shared/audit';
import type {
  BudgetStore,
  ConfigStore,
  ContentRecord,
  ContentStore,
  IdentityStore,
  OutboxStore,
  PolicyStore,
  RuntimeConfigRecord,
} from '@bakerst/shared/store/system-store';
import { callerOf } from '../caller.ts';
import { intOf, isoOf, textOf } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import { CONTENT_QUERIES } from '../units/contents.ts';
import { toCredentialRecord, toPrincipalRecord } from '../units/credential-row.ts';
import { POLICY_QUERIES, toPolicyRecord } from '../units/policies.ts';
import { callerKey } from '../units/principal-row.ts';
import { clampLimit, type Reader } from './reader.ts';

const MAX_ROWS = 1_000;
const MAX_HOLDS = 10_000;
/** Beyond this the depth is only "very deep". */
const MAX_DEPTH = 100_000;

const CREDENTIAL = `SELECT c.public_id, c.kind, c.name, c.scopes, c.created_at, c.proven_at, c.expires_at, c.last_used_at,
  c.revoked_at, p.public_id AS owner_id FROM credential c JOIN principal p ON p.id = c.principal`;
const CONFIG = 'SELECT version, public_id, author, at, value FROM runtime_config WHERE version > 0';

export const SYSTEM_READ_QUERIES = queries({
  principals: `SELECT public_id, kind, name, created_at FROM principal WHERE kind = ? ORDER BY id LIMIT ?`,
  principal: 'SELECT public_id, kind, name, created_at FROM principal WHERE public_id = ?',
  credential: `${CREDENTIAL} WHERE c.kind = ? AND c.secret_hash = ?`,
  credentials: `${CREDENTIAL} WHERE c.principal = ? AND c.kind = ? ORDER BY c.id DESC LIMIT ?`,
  configs: `${CONFIG} ORDER BY version DESC LIMIT ?`,
  budget: 'SELECT spent_micros, reserved_micros, blocked FROM budget WHERE key = ?',
  holds: 'SELECT call, micros FROM hold WHERE id > 0 ORDER BY id LIMIT ?',
  outbox: 'SELECT position, event FROM outbox WHERE position > 0 ORDER BY position LIMIT ?',
  outboxDepth: 'SELECT count(*) AS n FROM (SELECT 1 FROM outbox WHERE position > 0 LIMIT ?)',
});

export function identityReads(
  reader: Reader,
): Pick<IdentityStore, 'readPrincipal' | 'listPrincipals' | 'findCredential' | 'listCredentials'> {
  return {
    readPrincipal: (id) =>
      reader.read((db) => {
        const row = db.get(SYSTEM_READ_QUERIES.principal, [id]);
        return row === undefined ? undefined : toPrincipalRecord(row);
      }),
    listPrincipals: (kind, limit) =>
      reader.read((db) =>
        db.all(SYSTEM_READ_QUERIES.principals, [kind, clampLimit(limit, MAX_ROWS)]).map(toPrincipalRecord),
      ),
    findCredential: (kind, secretHash) =>
      reader.read((db) => {
        const row = db.get(SYSTEM_READ_QUERIES.credential, [kind, secretHash]);
        return row === undefined ? undefined : toCredentialRecord(row);
      }),
    listCredentials: (access, kind) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        return db.all(SYSTEM_READ_QUERIES.credentials, [owner, kind, MAX_ROWS]).map(toCredentialRecord);
      }),
  };
}

export function systemReads(
  reader: Reader,
): Pick<ConfigStore, 'readRuntimeConfig' | 'listRuntimeConfig'> &
  Pick<ContentStore, 'readContent'> &
  Pick<PolicyStore, 'listPolicies'> &
  BudgetStore &
  Pick<OutboxStore, 'readOutbox' | 'outboxDepth'> {
  const configs = (limit: number) =>
    reader.read((db) => db.all(SYSTEM_READ_QUERIES.configs, [clampLimit(limit, MAX_ROWS)]).map(toConfig));
  return {
    readRuntimeConfig: () => configs(1)[0],
    listRuntimeConfig: configs,
    readContent: (hash) =>
      reader.read((db) => {
        const row = db.get(CONTENT_QUERIES.read, [hash]);
        return row === undefined ? undefined : toContent(row);
      }),
    listPolicies: (limit) =>
      reader.read((db) => db.all(POLICY_QUERIES.list, [clampLimit(limit, MAX_ROWS)]).map(toPolicyRecord)),
    readBudget: (key) =>
      reader.read((db) => {
        const row = db.get(SYSTEM_READ_QUERIES.budget, [key]);
        if (row === undefined) return { key, spentMicros: 0, reservedMicros: 0, blocked: false };
        return {
          key,
          spentMicros: intOf(row, 'spent_micros'),
          reservedMicros: intOf(row, 'reserved_micros'),
          blocked: intOf(row, 'blocked') === 1,
        };
      }),
    listHolds: () =>
      reader.read((db) =>
        db
          .all(SYSTEM_READ_QUERIES.holds, [MAX_HOLDS])
          .map((row) => ({ call: textOf(row, 'call'), micros: intOf(row, 'micros') })),
      ),
    readOutbox: (limit) =>
      reader.read((db) =>
        db.all(SYSTEM_READ_QUERIES.outbox, [clampLimit(limit, MAX_ROWS)]).map(toWaitingEvent),
      ),
    outboxDepth: () =>
      reader.read((db) => {
        const row = db.get(SYSTEM_READ_QUERIES.outboxDepth, [MAX_DEPTH]);
        return row === undefined ? 0 : intOf(row, 'n');
      }),
  };
}

function toContent(row: Row): ContentRecord {
  // The table's own check holds the kinds.
  const kind = textOf(row, 'kind') as ContentRecord['kind'];
  return { hash: textOf(row, 'hash'), kind, text: textOf(row, 'body') };
}

function toConfig(row: Row): RuntimeConfigRecord {
  const value: unknown = JSON.parse(textOf(row, 'value'));
  return {
    id: textOf(row, 'public_id'),
    version: intOf(row, 'version'),
    author: textOf(row, 'author'),
    at: isoOf(row, 'at'),
    value,
  };
}

function toWaitingEvent(row: Row): { readonly position: number; readonly event: AuditEvent } {
  // Not parsed against a schema: what the log digests must be what was enqueued, to the last field.
  const event: AuditEvent = JSON.parse(textOf(row, 'event'));
  return { position: intOf(row, 'position'), event };
}
