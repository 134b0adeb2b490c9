import type { ToolCallPart } from '@bakerst/shared/content';
import type { StepOf } from '@bakerst/shared/steps';
import { runEffect } from './call-facts.ts';
import type { CallState, TurnState } from './turn-state.ts';

/** A call whose verdict is recorded. */
export type DecidedCall = CallState & { readonly decided: StepOf<'tool_decided'> };
export type IntendedCall = DecidedCall & { readonly intended: StepOf<'tool_intended'> };

export interface TurnEnding {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string };
}

/** What a turn does next. The runner performs exactly this, records it, and asks again. */
export type NextAction =
  | { readonly kind: 'call_model' }
  /** A former brain died during this model call. */
  | { readonly kind: 'close_interrupted_model'; readonly started: StepOf<'model_started'> }
  /** Every call of the batch at once: verdicts rest on the state before it. */
  | { readonly kind: 'decide'; readonly calls: readonly ToolCallPart[] }
  | { readonly kind: 'refuse'; readonly calls: readonly DecidedCall[] }
  | { readonly kind: 'request_approvals'; readonly calls: readonly DecidedCall[] }
  | { readonly kind: 'wait_for_approval'; readonly approval: string }
  /** Neighbouring reads together, anything else alone, in call order. */
  | { readonly kind: 'intend'; readonly calls: readonly DecidedCall[] }
  | { readonly kind: 'start'; readonly calls: readonly IntendedCall[] }
  /** Started by a brain that died: run again under the same key, or reported as unknown. */
  | { readonly kind: 'recover'; readonly call: IntendedCall }
  | ({ readonly kind: 'finish' } & TurnEnding)
  | { readonly kind: 'ended' };

export interface TurnLimits {
  /** Complete model answers in one turn. */
  readonly modelCalls: number;
}

/**
 * The pure "what next" of a turn: depends on nothing but its recorded steps, so a crash resumes by asking again. It
 * is asked only while nothing of the turn is running in this process.
 */
export function nextAction(state: TurnState, limits: TurnLimits): NextAction {
  if (state.ended) return { kind: 'ended' };
  if (state.openModelCall) return { kind: 'close_interrupted_model', started: state.openModelCall };
  const { lastModel } = state;
  if (lastModel?.outcome !== 'completed') return { kind: 'call_model' };
  return nextOfBatch(state) ?? afterBatch(state, limits);
}

function nextOfBatch({ batch }: TurnState): NextAction | undefined {
  const undecided = batch.filter((call) => !call.decided);
  if (undecided.length > 0) return { kind: 'decide', calls: undecided.map((call) => call.part) };
  const open = batch.filter(isDecided).filter((call) => !call.ended);
  const refused = open.filter(isRefused);
  if (refused.length > 0) return { kind: 'refuse', calls: refused };
  const asked = open.filter((call) => call.decided.verdict.decision === 'ask' && !call.requested);
  if (asked.length > 0) return { kind: 'request_approvals', calls: asked };
  return nextRun(open.filter((call) => call.decided.problem?.code !== 'client_tool'));
}

function nextRun(open: readonly DecidedCall[]): NextAction | undefined {
  const intended = open.filter(isIntended);
  const orphan = intended.find((call) => call.started);
  if (orphan) return { kind: 'recover', call: orphan };
  if (intended.length > 0) return { kind: 'start', calls: intended };
  const [first] = open;
  if (!first) return undefined;
  if (first.requested && !first.approval)
    return { kind: 'wait_for_approval', approval: first.requested.approval };
  return { kind: 'intend', calls: runnableTogether(open) };
}

/** Reads that run side by side: a model may ask for thousands at once. */
const MOST_TOGETHER = 16;

/** The first call, with the reads that follow it if it is a read itself. */
function runnableTogether(open: readonly DecidedCall[]): readonly DecidedCall[] {
  const isFreeRead = (call: DecidedCall) => runEffect(call.decided) === 'read' && !call.requested;
  const end = open.findIndex((call) => !isFreeRead(call));
  if (end === 0) return open.slice(0, 1);
  return open.slice(0, Math.min(end < 0 ? open.length : end, MOST_TOGETHER));
}

function afterBatch(state: TurnState, limits: TurnLimits): NextAction {
  if (state.batch.length === 0) return { kind: 'finish', status: 'completed' };
  const handedBack = state.batch.some((call) => call.decided?.problem?.code === 'client_tool');
  if (handedBack) return { kind: 'finish', status: 'completed' };
  if (state.answers < limits.modelCalls) return { kind: 'call_model' };
  return {
    kind: 'finish',
    status: 'failed',
    error: {
      code: 'turn_model_call_limit',
      message: `The turn made ${state.answers} model calls, which is the limit.`,
      remedy: 'Ask for the next part in a new message, or raise limits.modelCallsPerTurn.',
    },
  };
}

function isDecided(call: CallState): call is DecidedCall {
  return call.decided !== undefined;
}

function isIntended(call: DecidedCall): call is IntendedCall {
  return call.intended !== undefined;
}

function isRefused(call: DecidedCall): boolean {
  if (call.decided.problem) return call.decided.problem.code !== 'client_tool';
  if (call.decided.verdict.decision === 'deny') return true;
  return call.approval !== undefined && call.approval.decision !== 'approved';
}
