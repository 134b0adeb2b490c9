import type { Turn } from '@bakerst/shared/api/conversations';
import type { StateEvent, TurnEvent, TurnEventOf } from '@bakerst/shared/events';
import type { RecordedStep } from '@bakerst/shared/steps';
import type { z } from 'zod';

/**
 * What a client knows of a turn: the recorded steps, which are the truth, and the text of the attempt that streams
 * now, which is void as soon as its `model_ended` arrives. Pure: events in, a new state out.
 */
export interface TurnState {
  readonly steps: readonly RecordedStep[];
  readonly live?: LiveText;
  /** The last thing that was said about the status, and up to which step it holds. */
  readonly said: { readonly status: Turn['status']; readonly seq: number; readonly reason?: string };
  /** Something is missing in between: the stream must be opened anew from the last good step. */
  readonly gap: boolean;
}

export interface LiveText {
  readonly call: string;
  readonly attempt: number;
  readonly text: string;
  readonly thinking: string;
}

export function emptyTurnState(turn: Pick<Turn, 'status' | 'seq'>): TurnState {
  return { steps: [], said: { status: turn.status, seq: turn.seq }, gap: false };
}

export function lastSeq(state: TurnState): number {
  return state.steps.at(-1)?.seq ?? 0;
}

export function applyTurnEvent(state: TurnState, event: TurnEvent): TurnState {
  switch (event.type) {
    case 'step':
      return applyStep(state, { seq: event.seq, step: event.step });
    case 'delta':
      return applyDelta(state, event);
    case 'snapshot':
    case 'reset':
      return isOpen(state, event) ? { ...withoutGap(state), live: startLive(event) } : state;
    case 'state':
      return applySaid(state, event);
    default:
      return state;
  }
}

/** Steps that came another way (a page of the thread): adds those that are missing. */
export function mergeSteps(state: TurnState, steps: readonly RecordedStep[]): TurnState {
  return steps.reduce(applyStep, state);
}

function applyStep(state: TurnState, recorded: RecordedStep): TurnState {
  const last = lastSeq(state);
  if (recorded.seq <= last) return state;
  if (recorded.seq > last + 1) return { ...state, gap: true };
  const steps = [...state.steps, recorded];
  const { step } = recorded;
  const { live, ...rest } = state;
  if (step.type === 'model_started' && step.role === 'agent') {
    const kept = live?.call === step.call && live.attempt === step.attempt;
    return { ...rest, steps, live: kept ? live : startLive({ ...step }) };
  }
  const closes =
    step.type === 'turn_ended' ||
    (step.type === 'model_ended' && (live === undefined || live.call === step.call));
  return closes || live === undefined ? { ...rest, steps } : { ...rest, steps, live };
}

function applyDelta(state: TurnState, event: TurnEventOf<'delta'>): TurnState {
  if (!isOpen(state, event)) return state;
  const { live } = state;
  const same = live?.call === event.call && live.attempt === event.attempt;
  if (!same && event.offset > 0) return { ...state, gap: true };
  const base = same ? live : startLive({ call: event.call, attempt: event.attempt });
  // The offset counts both channels together, in the order in which they came.
  const have = base.text.length + base.thinking.length;
  if (event.offset > have) return { ...state, gap: true };
  const fresh = event.text.slice(have - event.offset);
  return fresh === '' ? state : { ...state, live: { ...base, [event.channel]: base[event.channel] + fresh } };
}

function applySaid(state: TurnState, event: z.infer<typeof StateEvent>): TurnState {
  const seq = Math.max(event.seq, lastSeq(state));
  const said = { status: event.status, seq };
  return { ...state, said: event.reason === undefined ? said : { ...said, reason: event.reason } };
}

/** Text counts only for the attempt that is open now: before its `model_started` and after its `model_ended` it is void. */
function isOpen(state: TurnState, event: { readonly call: string; readonly attempt: number }): boolean {
  const last = state.steps.findLast(({ step }) => MODEL_BOUNDS.has(step.type))?.step;
  return (
    last?.type === 'model_started' &&
    last.role === 'agent' &&
    last.call === event.call &&
    last.attempt <= event.attempt
  );
}

const MODEL_BOUNDS: ReadonlySet<string> = new Set(['model_started', 'model_ended', 'turn_ended']);

function startLive(from: Pick<LiveText, 'call' | 'attempt'> & Partial<LiveText>): LiveText {
  return { call: from.call, attempt: from.attempt, text: from.text ?? '', thinking: from.thinking ?? '' };
}

function withoutGap(state: TurnState): TurnState {
  return state.gap ? { ...state, gap: false } : state;
}
