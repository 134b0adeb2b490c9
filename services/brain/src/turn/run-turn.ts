import { type NextAction, nextAction, type TurnEnding } from '@bakerst/agent/next-action';
import type { StepOf } from '@bakerst/shared/steps';
import { answer } from './answer.ts';
import { turnError } from './errors.ts';
import {
  decideCalls,
  intendCalls,
  recoverCall,
  refuseCalls,
  requestApprovals,
  startCalls,
} from './tool-actions.ts';
import { interruptionOf, stateOf, type TurnRun } from './turn-run.ts';
import { unheardCall } from './unheard-call.ts';

/**
 * The one loop: fold the steps, ask what is next, do it, record it. Resolves when the turn has ended or parked;
 * rejects with the `TurnInterruption` of a drain or lost lease, with the turn left to be resumed.
 */
export async function runTurn(run: TurnRun): Promise<'ended' | 'parked'> {
  for (;;) {
    const action = nextAction(stateOf(run), { modelCalls: run.parts.limits.modelCallsPerTurn });
    if (action.kind === 'ended') return 'ended';
    const ending = interruptedEnding(run, action);
    if (ending) return finish(run, ending);
    if (action.kind === 'finish') {
      const { kind: _kind, ...done } = action;
      return finish(run, done);
    }
    if (action.kind === 'wait_for_approval') return parkAgain(run, action.approval);
    const outcome = await perform(run, action).catch((error: unknown) => endedInstead(run, error));
    if (outcome === 'parked') return 'parked';
    if (outcome) return finish(run, { status: 'failed', error: outcome });
  }
}

/** One of several approvals was decided: the turn waits on for the others. */
async function parkAgain({ journal }: TurnRun, approval: string): Promise<'parked'> {
  await journal.append({ steps: [], leaseAfter: 'parked', parkedFor: approval });
  return 'parked';
}

type Work = Exclude<NextAction, { kind: 'ended' | 'finish' | 'wait_for_approval' }>;

async function perform(run: TurnRun, action: Work): Promise<TurnEnding['error'] | 'parked'> {
  switch (action.kind) {
    case 'call_model':
      return answer(run);
    case 'close_interrupted_model':
      return closeInterrupted(run, action.started);
    case 'decide':
      await decideCalls(run, action.calls);
      return undefined;
    case 'refuse':
      await refuseCalls(run, action.calls);
      return undefined;
    case 'request_approvals':
      await requestApprovals(run, action.calls);
      return 'parked';
    case 'intend':
      await intendCalls(run, action.calls);
      return undefined;
    case 'start':
      await startCalls(run, action.calls);
      return undefined;
    case 'recover':
      await recoverCall(run, action.call);
      return undefined;
    default:
      return action satisfies never;
  }
}

/** What an interruption makes of the turn: cancel and deadline end it, a drain leaves it as it is. */
function interruptedEnding(run: TurnRun, action: NextAction): TurnEnding | undefined {
  const interruption = interruptionOf(run.signal);
  if (!interruption || action.kind === 'finish') return undefined;
  switch (interruption.kind) {
    case 'cancelled':
      return { status: 'cancelled' };
    case 'deadline':
      return { status: 'failed', error: deadlineError(run.parts.limits.turnDeadlineMs) };
    case 'drain':
    case 'lease_lost':
      throw interruption;
    default:
      return interruption.kind satisfies never;
  }
}

/** A pause that a cancel or the deadline cut short: what ends the turn is seen when it is asked what is next. */
function endedInstead({ signal }: TurnRun, error: unknown): undefined {
  const kind = interruptionOf(signal)?.kind;
  const isPause = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
  if (isPause && (kind === 'cancelled' || kind === 'deadline')) return undefined;
  throw error;
}

function deadlineError(deadlineMs: number) {
  const { code, message, remedy } = turnError({
    code: 'turn_deadline',
    message: `The turn ran longer than ${Math.round(deadlineMs / 1_000)} s, which is the limit.`,
    remedy: 'Ask for less at once, or raise limits.turnDeadlineMs.',
  });
  return { code, message, remedy };
}

async function finish(run: TurnRun, ending: TurnEnding): Promise<'ended'> {
  const { journal, parts } = run;
  await journal.append({ steps: [journal.step('turn_ended', ending)], leaseAfter: 'ended' });
  parts.live.end(journal.record.id);
  return 'ended';
}

/** A model call whose brain died: it is made again. */
async function closeInterrupted({ journal }: TurnRun, started: StepOf<'model_started'>): Promise<undefined> {
  const error = { code: 'interrupted', message: 'The platform stopped during this call; it is made again.' };
  const ended = journal.step('model_ended', unheardCall(started, { outcome: 'interrupted', error }));
  await journal.append({ steps: [ended], settlement: { call: started.call, micros: started.holdMicros } });
  return undefined;
}
