import type { TurnRecord, TurnStatus } from '@bakerst/shared/store/turn-store';
import { intOf, isoOf, optionalInt, optionalText, textOf, toIso } from '../row.ts';
import { queries, type Row } from '../statements.ts';

export const TURN_SELECT = `SELECT t.id, t.public_id, t.position, t.status, t.parked_for, t.created_at, t.ended_at, t.seq,
  t.cost_micros, t.cancel_requested_by, t.lease_owner, t.fence, t.conversation,
  c.public_id AS conversation_id, c.owner AS owner, p.public_id AS owner_id
  FROM turn t JOIN conversation c ON c.id = t.conversation JOIN principal p ON p.id = c.owner`;

export const TURN_QUERIES = queries({
  byId: `${TURN_SELECT} WHERE t.public_id = ?`,
  byKey: `${TURN_SELECT} WHERE t.id = ?`,
  /** Queued, and nothing unfinished before it in its conversation. */
  runnable: `${TURN_SELECT}
    WHERE t.status = 'queued' AND t.ended_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM turn b WHERE b.conversation = t.conversation AND b.position < t.position AND b.ended_at IS NULL)
    ORDER BY t.id LIMIT ?`,
  history: `${TURN_SELECT}
    WHERE t.conversation = ? AND t.position < ? ORDER BY t.position DESC LIMIT ?`,
});

export function toTurnRecord(row: Row): TurnRecord {
  const parkedFor = optionalText(row, 'parked_for');
  const endedAt = optionalInt(row, 'ended_at');
  const cancelRequestedBy = optionalText(row, 'cancel_requested_by');
  return {
    id: textOf(row, 'public_id'),
    conversation: textOf(row, 'conversation_id'),
    owner: textOf(row, 'owner_id'),
    position: intOf(row, 'position'),
    // The table's CHECK holds the column to this union.
    status: textOf(row, 'status') as TurnStatus,
    createdAt: isoOf(row, 'created_at'),
    seq: intOf(row, 'seq'),
    costMicros: intOf(row, 'cost_micros'),
    ...(parkedFor === undefined ? {} : { parkedFor }),
    ...(endedAt === undefined ? {} : { endedAt: toIso(endedAt) }),
    ...(cancelRequestedBy === undefined ? {} : { cancelRequestedBy }),
  };
}
