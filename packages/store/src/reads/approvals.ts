import type { PendingApproval, TurnStore } from '@bakerst/shared/store/turn-store';
import { type Caller, callerOf } from '../caller.ts';
import { notFound } from '../errors.ts';
import { intOf, isoOf, textOf } from '../row.ts';
import { queries, type Row, type Statements } from '../statements.ts';
import { callerKey } from '../units/principal-row.ts';
import { clampLimit, type Reader } from './reader.ts';
import type { StepParser } from './step-parser.ts';

const MAX_PAGE = 500;
const SELECT = `SELECT a.id, a.public_id, a.call, a.digest, a.requested_at, a.expires_at, a.status, a.four_eyes,
  a.turn, t.public_id AS turn_id, c.public_id AS conversation_id, p.public_id AS owner_id
  FROM approval a JOIN turn t ON t.id = a.turn JOIN conversation c ON c.id = t.conversation
  JOIN principal p ON p.id = a.owner`;

export const APPROVAL_READ_QUERIES = queries({
  byId: `${SELECT} WHERE a.public_id = ?`,
  ofOwner: `${SELECT} WHERE a.owner = ? ORDER BY a.id DESC LIMIT ?`,
  ofOwnerByStatus: `${SELECT} WHERE a.owner = ? AND a.status = ? ORDER BY a.id DESC LIMIT ?`,
  ofOthers: `${SELECT} WHERE a.four_eyes = 1 AND a.owner <> ? ORDER BY a.id DESC LIMIT ?`,
  ofOthersByStatus: `${SELECT} WHERE a.four_eyes = 1 AND a.status = ? AND a.owner <> ?
    ORDER BY a.id DESC LIMIT ?`,
  all: `${SELECT} WHERE a.id > 0 ORDER BY a.id DESC LIMIT ?`,
  allByStatus: `${SELECT} WHERE a.status = ? ORDER BY a.id DESC LIMIT ?`,
  expired: `SELECT a.public_id FROM approval a INDEXED BY approval_open_expiry WHERE a.status = 'open' AND a.expires_at <= ?
    ORDER BY a.expires_at LIMIT ?`,
  decidedCall: `SELECT body FROM step WHERE turn = ? AND json_extract(body, '$.type') = 'tool_decided'
    AND json_extract(body, '$.call') = ? LIMIT 1`,
});

type ApprovalReads = Pick<TurnStore, 'listApprovals' | 'readApproval'> & {
  readonly expiredApprovals: (now: number) => readonly string[];
};

export function approvalReads(reader: Reader, parser: StepParser): ApprovalReads {
  return {
    /** Newest first. The brain itself sees everybody's. */
    listApprovals: (access, filter) =>
      reader.read((db) => {
        const limit = clampLimit(filter.limit, MAX_PAGE);
        return list(db, callerOf(access), { ...filter, limit }).map(toPendingApproval);
      }),
    readApproval: (access, approval) =>
      reader.read((db) => {
        const row = visible(db.get(APPROVAL_READ_QUERIES.byId, [approval]), callerOf(access));
        const pending = toPendingApproval(row);
        const found = db.get(APPROVAL_READ_QUERIES.decidedCall, [intOf(row, 'turn'), pending.call]);
        const decided = found === undefined ? undefined : parser.parse(textOf(found, 'body'));
        return decided?.type === 'tool_decided' ? { pending, decided } : { pending };
      }),
    expiredApprovals: (now) =>
      reader.read((db) => {
        const rows = db.all(APPROVAL_READ_QUERIES.expired, [now, MAX_PAGE]);
        return rows.map((row) => textOf(row, 'public_id'));
      }),
  };
}

interface Filter {
  readonly status?: PendingApproval['status'];
  readonly limit: number;
}

/** One's own, and whatever asks for a second pair of eyes from whoever may lend them. */
function visible(row: Row | undefined, caller: Caller): Row {
  if (row === undefined) throw notFound('approval');
  const isTheirs = caller.system || textOf(row, 'owner_id') === caller.principal;
  if (!isTheirs && !(caller.approves && intOf(row, 'four_eyes') === 1)) throw notFound('approval');
  return row;
}

function list(db: Statements, caller: Caller, filter: Filter): readonly Row[] {
  if (caller.system) return listAll(db, filter);
  const owner = callerKey({ db }, caller);
  const own = listOwned(db, owner, filter);
  if (!caller.approves) return own;
  return [...own, ...listOfOthers(db, owner, filter)]
    .sort((a, b) => intOf(b, 'id') - intOf(a, 'id'))
    .slice(0, filter.limit);
}

function listAll(db: Statements, { status, limit }: Filter): readonly Row[] {
  if (status === undefined) return db.all(APPROVAL_READ_QUERIES.all, [limit]);
  return db.all(APPROVAL_READ_QUERIES.allByStatus, [status, limit]);
}

function listOwned(db: Statements, owner: number, { status, limit }: Filter): readonly Row[] {
  if (status === undefined) return db.all(APPROVAL_READ_QUERIES.ofOwner, [owner, limit]);
  return db.all(APPROVAL_READ_QUERIES.ofOwnerByStatus, [owner, status, limit]);
}

function listOfOthers(db: Statements, owner: number, { status, limit }: Filter): readonly Row[] {
  if (status === undefined) return db.all(APPROVAL_READ_QUERIES.ofOthers, [owner, limit]);
  return db.all(APPROVAL_READ_QUERIES.ofOthersByStatus, [status, owner, limit]);
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
    owner: textOf(row, 'owner_id'),
    fourEyes: intOf(row, 'four_eyes') === 1,
  };
}
