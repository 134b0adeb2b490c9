import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { type Caller, owned } from '../caller.ts';
import { notFound } from '../errors.ts';
import { intOf, optionalText, textOf, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { placeOf, withdrawOpenAsks } from './approval-rows.ts';
import { hasLiveHold } from './budget.ts';
import { insertSteps, type StepRow } from './step-rows.ts';
import { TURN_QUERIES, toTurnRecord } from './turn-row.ts';

export interface CancelInput {
  readonly caller: Caller;
  readonly turn: string;
  readonly ended: StepRow & {
    readonly actor: string;
    readonly onBehalfOf: string;
    readonly status: 'completed' | 'failed' | 'cancelled';
  };
}

export const CANCEL_QUERIES = queries({
  wish: 'UPDATE turn SET cancel_requested_by = ? WHERE id = ?',
  end: `UPDATE turn SET status = ?, ended_at = ?, seq = ?, parked_for = NULL, cancel_requested_by = ?
    WHERE id = ?`,
  // Started and never ended: whether it ran is for the runner to find out, not for us to hide.
  openToolCall: `SELECT s.id FROM step s
    WHERE s.turn = ?1 AND json_extract(s.body, '$.type') = 'tool_started' AND NOT EXISTS (
      SELECT 1 FROM step e WHERE e.turn = ?1 AND e.seq > s.seq AND json_extract(e.body, '$.type') = 'tool_ended'
        AND json_extract(e.body, '$.call') = json_extract(s.body, '$.call'))
    LIMIT 1`,
});

/** Ends a turn that rests, asks the runner of one that moves; an ended turn stays as it ended. */
export function requestCancel(writing: Writing, input: CancelInput): TurnRecord {
  const row = owned(writing.db.get(TURN_QUERIES.byId, [input.turn]), input.caller, 'turn');
  const status = textOf(row, 'status');
  const isResting = status === 'queued' || status === 'parked';
  if (isResting && !isInMidAction(writing, intOf(row, 'id'))) endNow(writing, row, input);
  else if (isResting || status === 'running') wish(writing, row, input);
  const after = writing.db.get(TURN_QUERIES.byKey, [intOf(row, 'id')]);
  if (after === undefined) throw notFound('turn');
  return toTurnRecord(after);
}

/** A crash left a model call unsettled or a tool's outcome unknown: the runner must record that before the end. */
function isInMidAction(writing: Writing, turn: number): boolean {
  return hasLiveHold(writing, turn) || writing.db.get(CANCEL_QUERIES.openToolCall, [turn]) !== undefined;
}

function wish(writing: Writing, row: Row, input: CancelInput): void {
  if (optionalText(row, 'cancel_requested_by') !== undefined) return;
  writing.db.run(CANCEL_QUERIES.wish, [input.caller.principal, intOf(row, 'id')]);
}

function endNow(writing: Writing, row: Row, input: CancelInput): void {
  const place = placeOf(row);
  const at = toMs(input.ended.at);
  const closed = withdrawOpenAsks(writing, place, {
    decision: 'withdrawn',
    actor: input.ended.actor,
    onBehalfOf: input.ended.onBehalfOf,
    at,
    reason: 'The turn was stopped.',
  });
  const seq = insertSteps(writing, { turn: place.id, seq: closed.seq }, [input.ended.body]);
  writing.db.run(CANCEL_QUERIES.end, [input.ended.status, at, seq, input.caller.principal, place.id]);
}
