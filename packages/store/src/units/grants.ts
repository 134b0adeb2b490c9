import type { Grant } from '@bakerst/shared/guard';
import { type Caller, owned } from '../caller.ts';
import { intOf, isoOf, optionalInt, textOf, toIso, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { enqueueEvents } from './step-rows.ts';

const SELECT = `SELECT g.id, g.public_id, g.server, g.slot, g.value, g.created_at, g.expires_at, g.revoked_at,
  p.public_id AS owner_id FROM standing_grant g JOIN principal p ON p.id = g.owner`;

export const GRANT_QUERIES = queries({
  byId: `${SELECT} WHERE g.public_id = ?`,
  ofOwner: `${SELECT} WHERE g.owner = ? ORDER BY g.id DESC LIMIT ?`,
  liveOfOwner: `${SELECT} WHERE g.owner = ? AND g.revoked_at IS NULL AND g.expires_at > ?
    ORDER BY g.expires_at DESC LIMIT ?`,
  insert: `INSERT INTO standing_grant (public_id, owner, approval, server, slot, value, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  revoke: 'UPDATE standing_grant SET revoked_at = ? WHERE id = ?',
});

/** What a decision grants, in its own transaction, to the owner of the turn. */
export function insertGrants(
  writing: Writing,
  of: { readonly owner: number; readonly approval: string },
  grants: readonly Grant[],
): void {
  for (const grant of grants) {
    writing.db.insert(GRANT_QUERIES.insert, [
      grant.id,
      of.owner,
      of.approval,
      grant.server,
      grant.slot,
      grant.value,
      toMs(grant.createdAt),
      toMs(grant.expiresAt),
    ]);
  }
}

export function revokeGrant(
  writing: Writing,
  input: { readonly caller: Caller; readonly id: string; readonly outbox: readonly string[] },
): void {
  const row = owned(writing.db.get(GRANT_QUERIES.byId, [input.id]), input.caller, 'grant');
  if (row.revoked_at !== null) return;
  writing.db.run(GRANT_QUERIES.revoke, [writing.now, intOf(row, 'id')]);
  enqueueEvents(writing, input.outbox);
}

export function toGrant(row: Row): Grant {
  const revokedAt = optionalInt(row, 'revoked_at');
  return {
    id: textOf(row, 'public_id'),
    principal: textOf(row, 'owner_id'),
    server: textOf(row, 'server'),
    slot: textOf(row, 'slot'),
    value: textOf(row, 'value'),
    createdAt: isoOf(row, 'created_at'),
    expiresAt: isoOf(row, 'expires_at'),
    ...(revokedAt === undefined ? {} : { revokedAt: toIso(revokedAt) }),
  };
}
