import type { ToolCallPart } from '@bakerst/shared/content';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';
import { agentError } from './errors.ts';

/** Everything recorded about one tool call, in the order it happens. */
export interface CallState {
  readonly part: ToolCallPart;
  readonly decided?: StepOf<'tool_decided'>;
  readonly requested?: StepOf<'approval_requested'>;
  readonly approval?: StepOf<'approval_decided'>;
  readonly intended?: StepOf<'tool_intended'>;
  readonly started?: StepOf<'tool_started'>;
  readonly ended?: StepOf<'tool_ended'>;
}

/** Why an attempt failed, for the choice of the next one and for the person. */
export interface ModelFailure {
  readonly model: string;
  readonly code: string;
  readonly message?: string;
  readonly remedy?: string;
}

export interface TurnState {
  readonly message: StepOf<'message_received'>;
  /** A model call without an end: the brain died in between, or it runs right now. */
  readonly openModelCall?: StepOf<'model_started'>;
  /** The newest end of a call that was to answer (not a summary). */
  readonly lastModel?: StepOf<'model_ended'>;
  /** Tool calls of `lastModel`, in call order. */
  readonly batch: readonly CallState[];
  /** Failed attempts since the last complete answer, oldest first. */
  readonly failures: readonly ModelFailure[];
  /** Attempts of any outcome since the last complete answer: the next one is this plus one. */
  readonly attempts: number;
  /** Complete answers so far. */
  readonly answers: number;
  readonly ended?: StepOf<'turn_ended'>;
}

interface Draft {
  message?: StepOf<'message_received'>;
  models: Map<string, StepOf<'model_started'>>;
  openModelCall: StepOf<'model_started'> | undefined;
  lastModel?: StepOf<'model_ended'>;
  batch: Map<string, Writable<CallState>>;
  failures: ModelFailure[];
  attempts: number;
  answers: number;
  ended?: StepOf<'turn_ended'>;
}
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Folds a turn's recorded steps into what they mean. Pure.
 * @throws CodedError `turn_inconsistent` where no message comes first or a step names a call nobody made.
 */
export function foldTurn(steps: readonly RecordedStep[]): TurnState {
  const draft: Draft = {
    models: new Map(),
    openModelCall: undefined,
    batch: new Map(),
    failures: [],
    attempts: 0,
    answers: 0,
  };
  for (const { step } of steps) {
    switch (step.type) {
      case 'message_received':
        draft.message = step;
        break;
      case 'model_started':
        draft.models.set(step.call, step);
        draft.openModelCall = step;
        break;
      case 'model_ended':
        foldModelEnded(draft, step);
        break;
      case 'turn_ended':
        draft.ended = step;
        break;
      case 'context_compacted':
      case 'plan_made':
        break;
      default:
        foldCall(draft, step);
    }
  }
  if (!draft.message) throw inconsistent('it does not begin with a message');
  const { message, openModelCall, lastModel, failures, attempts, answers, ended } = draft;
  return {
    message,
    batch: [...draft.batch.values()],
    failures,
    attempts,
    answers,
    ...(openModelCall && { openModelCall }),
    ...(lastModel && { lastModel }),
    ...(ended && { ended }),
  };
}

function foldModelEnded(draft: Draft, step: StepOf<'model_ended'>): void {
  const started = draft.models.get(step.call);
  if (!started) throw inconsistent(`model call ${step.call} ended without a start`);
  draft.openModelCall = undefined;
  if (!isAnswer(started.role)) return;
  draft.lastModel = step;
  draft.attempts += 1;
  // Aborted and interrupted attempts say nothing about the model.
  if (step.outcome === 'failed') draft.failures.push(failureOf(started.model, step));
  if (step.outcome !== 'completed') return;
  draft.failures = [];
  draft.attempts = 0;
  draft.answers += 1;
  draft.batch = new Map(
    step.parts.flatMap((part) => (part.type === 'tool_call' ? [[part.call, { part }] as const] : [])),
  );
}

/** Summaries and plans are made beside the turn's answers, not among them. */
export function isAnswer(role: StepOf<'model_started'>['role']): boolean {
  return role === 'agent' || role === 'worker';
}

function failureOf(model: string, { error }: StepOf<'model_ended'>): ModelFailure {
  if (!error) return { model, code: 'failed' };
  const { code, message, remedy } = error;
  return { model, code, message, ...(remedy !== undefined && { remedy }) };
}

type CallStep = StepOf<
  'tool_decided' | 'approval_requested' | 'approval_decided' | 'tool_intended' | 'tool_started' | 'tool_ended'
>;

function foldCall(draft: Draft, step: CallStep): void {
  const call = draft.batch.get(step.call);
  if (!call) throw inconsistent(`step ${step.type} names the unknown call ${step.call}`);
  switch (step.type) {
    case 'tool_decided':
      call.decided = step;
      break;
    case 'approval_requested':
      call.requested = step;
      break;
    case 'approval_decided':
      call.approval = step;
      break;
    case 'tool_intended':
      call.intended = step;
      break;
    case 'tool_started':
      call.started = step;
      break;
    case 'tool_ended':
      call.ended = step;
      break;
    default:
      step satisfies never;
  }
}

function inconsistent(what: string): Error {
  return agentError({
    code: 'turn_inconsistent',
    message: `The recorded steps of this turn contradict each other: ${what}.`,
    remedy: 'This is a defect or a changed database: export the conversation and report it.',
  });
}
