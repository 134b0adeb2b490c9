import type { PendingApproval, TurnStore } from '@bakerst/shared/store/turn-store';
import { callerOf } from '../caller.ts';
import { isoOf, textOf } from '../row.ts';
import { queries, type Row, type Statements } from '../statements.ts';
import { callerKey } from '../units/principal-row.ts';
import { clampLimit, type Reader } from './reader.ts';

const MAX_PAGE = 500;
const SELECT = `SELECT a.public_id, a.call, a.digest, a.requested_at, a.expires_at, a.status,
  t.public_id AS turn_id, c.public_id AS conversation_id
  FROM approval a JOIN turn t ON t.id = a.turn JOIN conversation c ON c.id = t.conversation`;

export const APPROVAL_READ_QUERIES = queries({
  ofOwner: `${SELECT} WHERE a.owner = ? ORDER BY a.id DESC LIMIT ?`,
  ofOwnerByStatus: `${SELECT} WHERE a.owner = ? AND a.status = ? ORDER BY a.id DESC LIMIT ?`,
  all: `${SELECT} WHERE a.id > 0 ORDER BY a.id DESC LIMIT ?`,
  allByStatus: `${SELECT} WHERE a.status = ? ORDER BY a.id DESC LIMIT ?`,
  expired: `SELECT a.public_id FROM approval a INDEXED BY approval_open_expiry WHERE a.status = 'open' AND a.expires_at <= ?
    ORDER BY a.expires_at LIMIT ?`,
});

export function approvalReads(reader: Reader): Pick<TurnStore, 'listApprovals'> & {
  readonly expiredApprovals: (now: number) => readonly string[];
} {
  return {
    /** Newest first. The brain itself sees everybody's. */
    listApprovals: (access, filter) =>
      reader.read((db) => {
        const caller = callerOf(access);
        const limit = clampLimit(filter.limit, MAX_PAGE);
        const rows = caller.system
          ? listAll(db, filter.status, limit)
          : listOwned(db, { owner: callerKey({ db }, caller), status: filter.status }, limit);
        return rows.map(toPendingApproval);
      }),
    expiredApprovals: (now) =>
      reader.read((db) => {
        const rows = db.all(APPROVAL_READ_QUERIES.expired, [now, MAX_PAGE]);
        return rows.map((row) => textOf(row, 'public_id'));
      }),
  };
}

function listAll(db: Statements, status: string | undefined, limit: number): readonly Row[] {
  if (status === undefined) return db.all(APPROVAL_READ_QUERIES.all, [limit]);
  return db.all(APPROVAL_READ_QUERIES.allByStatus, [status, limit]);
}

function listOwned(
  db: Statements,
  filter: { readonly owner: number; readonly status: string | undefined },
  limit: number,
): readonly Row[] {
  if (filter.status === undefined) return db.all(APPROVAL_READ_QUERIES.ofOwner, [filter.owner, limit]);
  return db.all(APPROVAL_READ_QUERIES.ofOwnerByStatus, [filter.owner, filter.status, limit]);
}

function toPendingApproval(row: Row): PendingApproval {
  return {
    approval: textOf(row, 'public_id'),
    turn: textOf(row, 'turn_id'),
    conversation: textOf(row, 'conversation_id'),
    call: textOf(row, 'call'),
    digest: textOf(row, 'digest'),
    requestedAt: isoOf(row, 'requested_at'),
    expiresAt: isoOf(row, 'expires_at'),
    // The table's CHECK holds the column to this union.
    status: textOf(row, 'status') as PendingApproval['status'],
  };
}
