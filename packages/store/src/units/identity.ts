import type { CredentialRecord, PrincipalRecord } from '@bakerst/shared/store/system-store';
import { type Caller, owned } from '../caller.ts';
import { misuse } from '../errors.ts';
import { intOf, toMs } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { toPrincipalRecord } from './credential-row.ts';
import { principalKey } from './principal-row.ts';
import { enqueueEvents } from './step-rows.ts';

export const IDENTITY_QUERIES = queries({
  find: `SELECT p.public_id, p.kind, p.name, p.created_at FROM identity i JOIN principal p ON p.id = i.principal
    WHERE i.issuer = ? AND i.subject = ?`,
  insertPrincipal: 'INSERT INTO principal (public_id, kind, name, created_at) VALUES (?, ?, ?, ?)',
  insertIdentity: 'INSERT INTO identity (issuer, subject, principal) VALUES (?, ?, ?)',
  insertCredential: `INSERT INTO credential
    (public_id, kind, principal, name, scopes, secret_hash, created_at, proven_at, expires_at, last_used_at, revoked_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  consumeCode: `UPDATE credential SET revoked_at = ?1 WHERE public_id = ?2 AND kind = 'login_code'
    AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1)`,
  findCredential: `SELECT c.id, c.revoked_at, p.public_id AS owner_id FROM credential c
    JOIN principal p ON p.id = c.principal WHERE c.public_id = ?`,
  revoke: 'UPDATE credential SET revoked_at = ? WHERE id = ?',
  touch: `UPDATE credential SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE public_id = ?`,
});

export interface EnsurePrincipalInput {
  readonly id: string;
  readonly kind: PrincipalRecord['kind'];
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly outbox?: readonly string[];
}

export function ensurePrincipal(writing: Writing, input: EnsurePrincipalInput): PrincipalRecord {
  const { id, kind, name, issuer, subject } = input;
  const found = writing.db.get(IDENTITY_QUERIES.find, [issuer, subject]);
  if (found !== undefined) return toPrincipalRecord(found);
  const key = writing.db.insert(IDENTITY_QUERIES.insertPrincipal, [id, kind, name, writing.now]);
  writing.db.run(IDENTITY_QUERIES.insertIdentity, [issuer, subject, key]);
  enqueueEvents(writing, input.outbox ?? []);
  return toPrincipalRecord({ public_id: id, kind, name, created_at: writing.now });
}

export function createCredential(
  writing: Writing,
  input: {
    readonly record: CredentialRecord;
    readonly secretHash: Uint8Array;
    readonly outbox: readonly string[];
  },
): void {
  const { record, secretHash } = input;
  if (secretHash.byteLength !== 32) throw misuse('A secret is stored as its SHA-256 alone.');
  writing.db.run(IDENTITY_QUERIES.insertCredential, [
    record.id,
    record.kind,
    principalKey(writing, record.principal),
    record.name,
    JSON.stringify(record.scopes),
    secretHash,
    toMs(record.createdAt),
    optionalMs(record.provenAt),
    optionalMs(record.expiresAt),
    optionalMs(record.lastUsedAt),
    optionalMs(record.revokedAt),
  ]);
  enqueueEvents(writing, input.outbox);
}

/** True for the first caller only, and only before it expires; the events go out with that one. */
export function consumeLoginCode(
  writing: Writing,
  input: { readonly id: string; readonly outbox: readonly string[] },
): boolean {
  if (writing.db.run(IDENTITY_QUERIES.consumeCode, [writing.now, input.id]) !== 1) return false;
  enqueueEvents(writing, input.outbox);
  return true;
}

/** Revoking what is revoked already changes and reports nothing. */
export function revokeCredential(
  writing: Writing,
  input: { readonly caller: Caller; readonly id: string; readonly outbox: readonly string[] },
): void {
  const found = writing.db.get(IDENTITY_QUERIES.findCredential, [input.id]);
  const row = owned(found, input.caller, 'credential');
  if (row.revoked_at !== null) return;
  writing.db.run(IDENTITY_QUERIES.revoke, [writing.now, intOf(row, 'id')]);
  enqueueEvents(writing, input.outbox);
}

export function touchCredentials(
  writing: Writing,
  input: { readonly touched: readonly (readonly [id: string, at: string])[] },
): void {
  for (const [id, at] of input.touched) writing.db.run(IDENTITY_QUERIES.touch, [toMs(at), id]);
}

function optionalMs(iso: string | undefined): number | null {
  return iso === undefined ? null : toMs(iso);
}
