import type { Grant } from '@bakerst/shared/guard';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import type { Caller } from '../caller.ts';
import { conflict, misuse, notFound, storeError } from '../errors.ts';
import { intOf, textOf } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { closeAsk, decide, placeOf } from './approval-rows.ts';
import { insertGrants } from './grants.ts';
import { callerKey } from './principal-row.ts';
import { enqueueEvents, insertSteps, type StepRow } from './step-rows.ts';
import { TURN_QUERIES, toTurnRecord } from './turn-row.ts';

export const APPROVAL_QUERIES = queries({
  byId: `SELECT a.public_id, a.turn, a.call, a.digest, a.expires_at, a.status,
    a.owner, a.four_eyes, p.public_id AS owner_id
    FROM approval a JOIN principal p ON p.id = a.owner WHERE a.public_id = ?`,
  wake: "UPDATE turn SET status = 'queued', parked_for = NULL, seq = ? WHERE id = ?",
});

export interface DecideInput {
  readonly caller: Caller;
  readonly step: StepRow & { readonly call: string };
  readonly outbox: readonly string[];
  readonly grants: readonly Grant[];
}

/** Records a person's decision and queues the turn that waited for it. */
export function decideApproval(writing: Writing, input: DecideInput): TurnRecord {
  const decided = input.step.approvalDecided;
  if (decided === undefined) throw misuse('A decision needs an approval_decided step.');
  const found = writing.db.get(APPROVAL_QUERIES.byId, [decided.approval]);
  const approval = decidable(found, input.caller);
  // Whoever decides is known here: a principal that is not there decides nothing.
  callerKey(writing, input.caller);
  if (textOf(approval, 'call') !== input.step.call) throw misuse('The decision names another call.');
  if (textOf(approval, 'status') === 'open' && intOf(approval, 'expires_at') <= writing.now) {
    throw conflict('The approval has expired.', 'Send the request again to be asked anew.');
  }
  const turn = restingTurn(writing, approval);
  const id = intOf(turn, 'id');
  decide(writing, { turn: id, approval: decided.approval }, decided.decision);
  const seq = insertSteps(writing, { turn: id, seq: intOf(turn, 'seq') }, [input.step.body]);
  writing.db.run(APPROVAL_QUERIES.wake, [seq, id]);
  const { owner } = placeOf(turn);
  insertGrants(writing, { owner, approval: decided.approval }, input.grants);
  enqueueEvents(writing, input.outbox);
  const after = writing.db.get(TURN_QUERIES.byKey, [id]);
  if (after === undefined) throw notFound('turn');
  return toTurnRecord(after);
}

/**
 * The row, if the caller may decide it: its owner; where four eyes are asked, anybody else who may approve. For
 * whoever may not even read it, it is not there.
 */
function decidable(row: Row | undefined, caller: Caller): Row {
  if (!caller.approves) throw misuse('Only a person that holds the scope approve decides.');
  if (row === undefined) throw notFound('approval');
  const isOwn = textOf(row, 'owner_id') === caller.principal;
  const needsOther = intOf(row, 'four_eyes') === 1;
  if (!isOwn && !needsOther) throw notFound('approval');
  if (!isOwn || !needsOther) return row;
  throw storeError({
    code: 'store_second_person',
    message: 'This call needs the approval of somebody else than the one who asked for it.',
    remedy: 'Ask another person that may approve.',
  });
}

export interface ExpireInput {
  readonly actor: string;
  readonly at: number;
  readonly items: readonly { readonly approval: string; readonly stepId: string }[];
}

/** Closes asks whose time is over; returns the turns that woke. */
export function expireApprovals(writing: Writing, input: ExpireInput): readonly string[] {
  const woken = new Set<string>();
  for (const item of input.items) {
    const ask = writing.db.get(APPROVAL_QUERIES.byId, [item.approval]);
    if (ask === undefined || textOf(ask, 'status') !== 'open') continue;
    const turn = writing.db.get(TURN_QUERIES.byKey, [intOf(ask, 'turn')]);
    // A turn that runs parks in a moment: its ask expires with the next sweep.
    if (turn === undefined || textOf(turn, 'status') === 'running') continue;
    const which = { turn: placeOf(turn), ask, stepId: item.stepId };
    const seq = closeAsk(writing, which, {
      decision: 'expired',
      actor: input.actor,
      onBehalfOf: textOf(turn, 'owner_id'),
      at: input.at,
      reason: 'Nobody decided in time.',
    });
    writing.db.run(APPROVAL_QUERIES.wake, [seq, intOf(turn, 'id')]);
    woken.add(textOf(turn, 'public_id'));
  }
  return [...woken];
}

/** The turn of an open ask, as long as no runner holds it: only then may a step be appended from outside. */
function restingTurn(writing: Writing, approval: Row): Row {
  const turn = writing.db.get(TURN_QUERIES.byKey, [intOf(approval, 'turn')]);
  if (turn === undefined) throw notFound('approval');
  if (textOf(approval, 'status') !== 'open') return turn;
  if (textOf(turn, 'status') !== 'running') return turn;
  throw storeError({
    code: 'store_conflict',
    message: 'The turn is still on its way to wait for this approval.',
    remedy: 'Try again in a moment.',
    retryable: true,
  });
}
