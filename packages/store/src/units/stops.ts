import type { Stop } from '@bakerst/shared/guard';
import { type Caller, owned } from '../caller.ts';
import { misuse, notFound } from '../errors.ts';
import { intOf, optionalText, textOf, toIso, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { CONVERSATION_QUERIES } from './conversation-row.ts';
import { callerKey } from './principal-row.ts';
import { enqueueEvents } from './step-rows.ts';

const SELECT = `SELECT s.id, s.public_id, s.scope, s.target, s.reason, s.created_at, s.lifted_at,
  p.public_id AS owner_id FROM stop s JOIN principal p ON p.id = s.owner`;

export const STOP_QUERIES = queries({
  byId: `${SELECT} WHERE s.public_id = ?`,
  inForce: `${SELECT} WHERE s.scope = ? AND s.target = ? AND s.lifted_at IS NULL`,
  /** In the order they were put: the rowid is the last column of every index. */
  all: `${SELECT} WHERE s.lifted_at IS NULL ORDER BY s.id`,
  insert: `INSERT INTO stop (public_id, owner, scope, target, reason, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
  lift: 'UPDATE stop SET lifted_at = ?, lifted_by = ? WHERE id = ?',
});

export interface PutStopInput {
  readonly caller: Caller;
  readonly stop: Stop;
  readonly outbox: readonly string[];
}

/** Stops it, or gives the stop back that is in force already: whoever pulls the switch twice has pulled it. */
export function putStop(writing: Writing, input: PutStopInput): Stop {
  const { caller, stop } = input;
  if (stop.scope === 'conversation') {
    owned(writing.db.get(CONVERSATION_QUERIES.byId, [stop.target]), caller, 'conversation');
  } else if (!caller.administers) {
    throw misuse(`A stop of a ${stop.scope} needs the scope admin.`);
  }
  const former = writing.db.get(STOP_QUERIES.inForce, [stop.scope, stop.target]);
  if (former !== undefined) return toStop(former);
  const owner = callerKey(writing, caller);
  const params = [stop.id, owner, stop.scope, stop.target, stop.reason ?? null, toMs(stop.at)];
  writing.db.insert(STOP_QUERIES.insert, params);
  enqueueEvents(writing, input.outbox);
  return stop;
}

/** A conversation goes on only by its owner's hand; the rest by any administrator's. */
export function liftStop(
  writing: Writing,
  input: { readonly caller: Caller; readonly id: string; readonly outbox: readonly string[] },
): void {
  const row = liftable(writing.db.get(STOP_QUERIES.byId, [input.id]), input.caller);
  if (row.lifted_at !== null) return;
  const lifter = callerKey(writing, input.caller);
  writing.db.run(STOP_QUERIES.lift, [writing.now, lifter, intOf(row, 'id')]);
  enqueueEvents(writing, input.outbox);
}

function liftable(row: Row | undefined, caller: Caller): Row {
  if (row === undefined) throw notFound('stop');
  if (textOf(row, 'scope') === 'conversation') return owned(row, caller, 'stop');
  if (!caller.administers) throw notFound('stop');
  return row;
}

export function toStop(row: Row): Stop {
  const reason = optionalText(row, 'reason');
  return {
    id: textOf(row, 'public_id'),
    // The table's CHECK holds the column to this union.
    scope: textOf(row, 'scope') as Stop['scope'],
    target: textOf(row, 'target'),
    by: textOf(row, 'owner_id'),
    at: toIso(intOf(row, 'created_at')),
    ...(reason === undefined ? {} : { reason }),
  };
}
