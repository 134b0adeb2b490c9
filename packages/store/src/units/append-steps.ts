import type { Hold, Settlement } from '@bakerst/shared/money';
import type { AppendOutcome, Lease, TurnStatus } from '@bakerst/shared/store/turn-store';
import { conflict, misuse, notFound, storeError } from '../errors.ts';
import { intOf, optionalText, textOf, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import { Undone, type Writing } from '../writer/unit.ts';
import { applyApprovalSteps, dropOpenAsks, placeOf, withdrawOpenAsks } from './approval-rows.ts';
import { grantHold, hasLiveHold, settleHold } from './budget.ts';
import { indexMessage } from './search-index.ts';
import { enqueueEvents, insertSteps, type StepRow } from './step-rows.ts';
import { TURN_QUERIES } from './turn-row.ts';

export interface AppendInput {
  readonly lease: Lease;
  readonly expectedSeq: number;
  readonly steps: readonly StepRow[];
  readonly outbox: readonly string[];
  readonly hold?: Hold;
  readonly settlement?: Settlement;
  readonly leaseAfter: 'keep' | 'ended' | 'parked';
  /** How the turn ended; present exactly with `leaseAfter: 'ended'`. */
  readonly endedAs?: 'completed' | 'failed' | 'cancelled';
  readonly parkedFor?: string;
  readonly searchText?: string;
}

/** A fold over a turn must stay cheap; a turn that needs more is a loop that nobody stopped. */
export const MAX_STEPS_PER_TURN = 10_000;
/** Kept free for the end of a turn, so that one that is full can still be closed. */
const STEPS_TO_END = 16;

export const APPEND_QUERIES = queries({
  keep: 'UPDATE turn SET seq = ?, cost_micros = cost_micros + ? WHERE id = ?',
  leave: `UPDATE turn SET seq = ?, cost_micros = cost_micros + ?, status = ?, parked_for = ?, ended_at = ?,
    lease_owner = NULL, lease_until = NULL WHERE id = ?`,
  compacted: 'UPDATE turn SET compacted_at_seq = ? WHERE id = ?',
  charge: 'UPDATE conversation SET cost_micros = cost_micros + ? WHERE id = ?',
  newerTurn: 'SELECT t.id FROM turn t WHERE t.conversation = ? AND t.position > ? LIMIT 1',
  openAsk: "SELECT a.id FROM approval a WHERE a.turn = ? AND a.status = 'open' LIMIT 1",
});

/** Appends to a turn under its lease, with the money and the approvals that belong to the steps. */
export function appendSteps(writing: Writing, input: AppendInput): AppendOutcome {
  const turn = requireLease(writing, input.lease);
  const seq = intOf(turn, 'seq');
  if (seq !== input.expectedSeq) {
    throw conflict(
      `The turn is at step ${seq}, not ${input.expectedSeq}.`,
      'Read the steps again and decide anew.',
    );
  }
  const most = MAX_STEPS_PER_TURN - (input.leaseAfter === 'ended' ? 0 : STEPS_TO_END);
  if (seq + input.steps.length > most) {
    throw misuse(`A turn holds at most ${most} steps.`);
  }
  const id = intOf(turn, 'id');
  moveMoney(writing, id, input);
  const bodies = input.steps.map((step) => step.body);
  const last = insertSteps(writing, { turn: id, seq }, bodies);
  applyApprovalSteps(writing, placeOf(turn), input.steps);
  noteCompaction(writing, turn, input.steps);
  enqueueEvents(writing, input.outbox);
  if (input.searchText !== undefined) {
    indexMessage(writing, { turn: id, owner: intOf(turn, 'owner'), role: 'assistant' }, input.searchText);
  }
  return place(writing, { turn, seq: last }, input);
}

/** The turn's row, if the lease is the one in force. An expired lease that nobody took over still is. */
export function requireLease(writing: Writing, lease: Lease): Row {
  const turn = writing.db.get(TURN_QUERIES.byId, [lease.turn]);
  if (turn === undefined) throw notFound('turn');
  const holds =
    textOf(turn, 'status') === 'running' &&
    optionalText(turn, 'lease_owner') === lease.owner &&
    intOf(turn, 'fence') === lease.fence;
  if (holds) return turn;
  throw storeError({
    code: 'store_fenced',
    message: `The lease of ${lease.turn} (fence ${lease.fence}) is no longer in force.`,
    remedy: 'Stop working on this turn: another runner has it, or it has ended.',
  });
}

/** Settles before it holds, so that a retry in one append does not count twice. */
function moveMoney(writing: Writing, turn: number, input: AppendInput): void {
  if (input.settlement !== undefined) settleHold(writing, turn, input.settlement);
  if (input.hold === undefined) return;
  const refusal = grantHold(writing, turn, input.hold);
  if (refusal !== undefined) throw new Undone(refusal);
}

function noteCompaction(writing: Writing, turn: Row, steps: readonly StepRow[]): void {
  const index = steps.findLastIndex((step) => step.summarises === true);
  if (index < 0) return;
  writing.db.run(APPEND_QUERIES.compacted, [intOf(turn, 'seq') + index + 1, intOf(turn, 'id')]);
}

/** Writes the turn's new place: kept, ended, parked, or at once queued again. */
function place(
  writing: Writing,
  appended: { readonly turn: Row; readonly seq: number },
  input: AppendInput,
): AppendOutcome {
  const id = intOf(appended.turn, 'id');
  const cost = input.settlement?.micros ?? 0;
  if (cost !== 0) writing.db.run(APPEND_QUERIES.charge, [cost, intOf(appended.turn, 'conversation')]);
  if (input.leaseAfter === 'keep') {
    writing.db.run(APPEND_QUERIES.keep, [appended.seq, cost, id]);
    return { outcome: 'appended', seq: appended.seq };
  }
  if (hasLiveHold(writing, id)) {
    throw misuse('A turn cannot be left while a model call of it is not settled.');
  }
  const rest =
    input.leaseAfter === 'ended' ? end(writing, appended.turn, input) : park(writing, appended, input);
  const seq = rest.seq ?? appended.seq;
  writing.db.run(APPEND_QUERIES.leave, [seq, cost, rest.status, rest.parkedFor, rest.endedAt, id]);
  const withdrawn = rest.withdrawn ?? [];
  return { outcome: 'appended', seq, ...(withdrawn.length === 0 ? {} : { withdrawn }) };
}

interface Rest {
  readonly status: TurnStatus;
  readonly parkedFor: string | null;
  readonly endedAt: number | null;
  readonly seq?: number;
  readonly withdrawn?: readonly string[];
}

/** Asks that nobody answered end with their turn; `turn_ended` stays its last step. */
function end(writing: Writing, turn: Row, input: AppendInput): Rest {
  const last = input.steps.at(-1);
  if (input.endedAs === undefined || last === undefined) {
    throw misuse('An ended turn needs its turn_ended step.');
  }
  dropOpenAsks(writing, placeOf(turn), {
    decision: 'withdrawn',
    actor: textOf(turn, 'owner_id'),
    onBehalfOf: textOf(turn, 'owner_id'),
    at: toMs(last.at),
    reason: 'The turn ended.',
  });
  return { status: input.endedAs, parkedFor: null, endedAt: toMs(last.at) };
}

/**
 * A turn parks only if somebody is left to wake it. Where a stop was asked for meanwhile, or a newer message waits
 * behind it, its asks are withdrawn and it is queued again at once, so that the conversation goes on.
 */
function park(
  writing: Writing,
  appended: { readonly turn: Row; readonly seq: number },
  input: AppendInput,
): Rest {
  const { turn } = appended;
  const parkedFor = input.parkedFor ?? '';
  const stoppedBy = optionalText(turn, 'cancel_requested_by');
  const hasAsk = writing.db.get(APPEND_QUERIES.openAsk, [intOf(turn, 'id')]) !== undefined;
  if (!hasAsk && stoppedBy === undefined && parkedFor !== 'newer_release') {
    throw misuse('A turn cannot park for an approval that is not open: nothing would wake it.');
  }
  const params = [intOf(turn, 'conversation'), intOf(turn, 'position')];
  const isFollowed = hasAsk && writing.db.get(APPEND_QUERIES.newerTurn, params) !== undefined;
  if (stoppedBy === undefined && !isFollowed) return { status: 'parked', parkedFor, endedAt: null };
  const closed = withdrawOpenAsks(
    writing,
    { ...placeOf(turn), seq: appended.seq },
    {
      decision: 'withdrawn',
      actor: stoppedBy ?? textOf(turn, 'owner_id'),
      onBehalfOf: textOf(turn, 'owner_id'),
      at: writing.now,
      reason: stoppedBy === undefined ? 'A newer message arrived.' : 'The turn was stopped.',
    },
  );
  return { status: 'queued', parkedFor: null, endedAt: null, seq: closed.seq, withdrawn: closed.withdrawn };
}
