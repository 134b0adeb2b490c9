import type { AuditEvent } from '@bakerst/shared/audit';
import type { StepOf } from '@bakerst/shared/steps';
import { conflict } from '../errors.ts';
import { intOf, textOf, toIso, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { enqueueEvents, insertSteps, type StepRow } from './step-rows.ts';

export const APPROVAL_ROW_QUERIES = queries({
  insert: `INSERT INTO approval (public_id, turn, owner, call, digest, requested_at, expires_at, four_eyes, status)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
  setStatus: 'UPDATE approval SET status = ? WHERE public_id = ? AND turn = ? AND status = ?',
  consume: `UPDATE approval SET status = 'consumed'
    WHERE public_id = ? AND turn = ? AND call = ? AND digest = ? AND status = 'approved'`,
  openOfTurn: `SELECT a.public_id, a.call, a.digest FROM approval a
    WHERE a.turn = ? AND a.status = 'open' ORDER BY a.id`,
});

interface TurnPlace {
  readonly id: number;
  readonly publicId: string;
  readonly conversation: string;
  readonly owner: number;
  readonly seq: number;
}

export function placeOf(turn: Row): TurnPlace {
  return {
    id: intOf(turn, 'id'),
    publicId: textOf(turn, 'public_id'),
    conversation: textOf(turn, 'conversation_id'),
    owner: intOf(turn, 'owner'),
    seq: intOf(turn, 'seq'),
  };
}

/** Keeps the approvals' rows in step with the steps that a runner appends. */
export function applyApprovalSteps(writing: Writing, turn: TurnPlace, steps: readonly StepRow[]): void {
  for (const step of steps) {
    if (step.approvalRequested !== undefined) request(writing, turn, step);
    if (step.approvalDecided !== undefined) {
      const { approval, decision } = step.approvalDecided;
      decide(writing, { turn: turn.id, approval }, decision);
    }
    if (step.toolIntended?.approval !== undefined) consume(writing, turn.id, step.toolIntended);
  }
}

function request(writing: Writing, turn: TurnPlace, step: StepRow): void {
  const asked = step.approvalRequested;
  if (asked === undefined) return;
  writing.db.run(APPROVAL_ROW_QUERIES.insert, [
    asked.approval,
    turn.id,
    turn.owner,
    asked.call,
    asked.digest,
    toMs(step.at),
    toMs(asked.expiresAt),
    asked.fourEyes === true ? 1 : 0,
  ]);
}

export function decide(
  writing: Writing,
  which: { readonly turn: number; readonly approval: string },
  decision: StepOf<'approval_decided'>['decision'],
): void {
  const changed = writing.db.run(APPROVAL_ROW_QUERIES.setStatus, [
    decision,
    which.approval,
    which.turn,
    'open',
  ]);
  if (changed === 1) return;
  throw conflict(
    `The approval ${which.approval} was decided already.`,
    'Read the turn again to see what was decided.',
  );
}

/** Once, and only for the call and digest that the person was shown. */
function consume(writing: Writing, turn: number, intended: NonNullable<StepRow['toolIntended']>): void {
  const approval = intended.approval ?? '';
  const params = [approval, turn, intended.call, intended.digest];
  if (writing.db.run(APPROVAL_ROW_QUERIES.consume, params) === 1) return;
  throw conflict(
    `The approval ${approval} does not stand for this call, or was used already.`,
    'The call must be asked for again.',
  );
}

export interface Closing {
  readonly decision: 'withdrawn' | 'expired';
  readonly actor: string;
  readonly onBehalfOf: string;
  readonly at: number;
  readonly reason: string;
}

/** Withdraws every open ask of a turn that nobody holds. Returns the asks and the turn's new last seq. */
export function withdrawOpenAsks(
  writing: Writing,
  turn: TurnPlace,
  closing: Closing,
): { readonly withdrawn: readonly string[]; readonly seq: number } {
  let seq = turn.seq;
  const withdrawn: string[] = [];
  for (const ask of writing.db.all(APPROVAL_ROW_QUERIES.openOfTurn, [turn.id])) {
    seq = closeAsk(writing, { turn: { ...turn, seq }, ask, stepId: writing.ids('step') }, closing);
    withdrawn.push(textOf(ask, 'public_id'));
  }
  return { withdrawn, seq };
}

/** Closes every open ask of a turn that has ended: with its event, but without a step after the end. */
export function dropOpenAsks(writing: Writing, turn: TurnPlace, closing: Closing): void {
  for (const ask of writing.db.all(APPROVAL_ROW_QUERIES.openOfTurn, [turn.id])) {
    recordClosing(writing, { turn, ask, stepId: writing.ids('step') }, closing);
  }
}

/** Appends the step that closes one open ask, with its audit event. Returns the new last seq. */
export function closeAsk(writing: Writing, which: AskOfTurn, closing: Closing): number {
  const step = recordClosing(writing, which, closing);
  return insertSteps(writing, { turn: which.turn.id, seq: which.turn.seq }, [JSON.stringify(step)]);
}

interface AskOfTurn {
  readonly turn: TurnPlace;
  readonly ask: Row;
  readonly stepId: string;
}

function recordClosing(writing: Writing, which: AskOfTurn, closing: Closing): StepOf<'approval_decided'> {
  const approval = textOf(which.ask, 'public_id');
  const step: StepOf<'approval_decided'> = {
    v: 1,
    id: which.stepId,
    at: toIso(closing.at),
    actor: closing.actor,
    onBehalfOf: closing.onBehalfOf,
    type: 'approval_decided',
    approval,
    call: textOf(which.ask, 'call'),
    decision: closing.decision,
    reason: closing.reason,
  };
  decide(writing, { turn: which.turn.id, approval }, closing.decision);
  enqueueEvents(writing, [JSON.stringify(closedEvent(writing, which, step))]);
  return step;
}

function closedEvent(writing: Writing, which: AskOfTurn, step: StepOf<'approval_decided'>): AuditEvent {
  return {
    v: 1,
    type: 'approval.decided',
    id: writing.ids('auditEvent'),
    at: step.at,
    actor: step.actor,
    onBehalfOf: step.onBehalfOf,
    conversation: which.turn.conversation,
    turn: which.turn.publicId,
    step: step.id,
    body: {
      approval: step.approval,
      call: step.call,
      digest: textOf(which.ask, 'digest'),
      decision: step.decision,
    },
  };
}
