import type { AuditEvent } from '@bakerst/shared/audit';
import type { Step, StepOf } from '@bakerst/shared/steps';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';

/**
 * A step on its way to the writer: its JSON made once by the caller, and beside it only what a unit must look at.
 * Long texts are so never cloned as objects, nor parsed again.
 */
export interface StepRow {
  readonly type: Step['type'];
  readonly body: string;
  readonly at: string;
  readonly approvalRequested?: Pick<
    StepOf<'approval_requested'>,
    'approval' | 'call' | 'digest' | 'expiresAt' | 'fourEyes'
  >;
  readonly approvalDecided?: Pick<StepOf<'approval_decided'>, 'approval' | 'decision'>;
  readonly toolIntended?: Pick<StepOf<'tool_intended'>, 'approval' | 'call' | 'digest'>;
  /** It replaces what came before by a summary. */
  readonly summarises?: boolean;
}

export function toStepRow(step: Step): StepRow {
  const row = { type: step.type, body: JSON.stringify(step), at: step.at };
  switch (step.type) {
    case 'approval_requested': {
      const { approval, call, digest, expiresAt, fourEyes } = step;
      const asked = { approval, call, digest, expiresAt };
      return { ...row, approvalRequested: fourEyes === true ? { ...asked, fourEyes } : asked };
    }
    case 'approval_decided':
      return { ...row, approvalDecided: { approval: step.approval, decision: step.decision } };
    case 'tool_intended': {
      const { approval, call, digest } = step;
      return { ...row, toolIntended: approval === undefined ? { call, digest } : { approval, call, digest } };
    }
    case 'context_compacted':
      return step.summary === undefined ? row : { ...row, summarises: true };
    default:
      return row;
  }
}

export const STEP_QUERIES = queries({
  insertStep: 'INSERT INTO step (turn, seq, body) VALUES (?, ?, ?)',
  insertEvent: 'INSERT INTO outbox (event) VALUES (?)',
});

/** Appends after `seq`; returns the new last seq. The caller updates the turn's row. */
export function insertSteps(
  writing: Writing,
  place: { readonly turn: number; readonly seq: number },
  bodies: readonly string[],
): number {
  let seq = place.seq;
  for (const body of bodies) {
    seq += 1;
    writing.db.run(STEP_QUERIES.insertStep, [place.turn, seq, body]);
  }
  return seq;
}

export function enqueueEvents(writing: Writing, events: readonly string[]): void {
  for (const event of events) writing.db.run(STEP_QUERIES.insertEvent, [event]);
}

export function toEventRows(events: readonly AuditEvent[]): readonly string[] {
  return events.map((event) => JSON.stringify(event));
}
