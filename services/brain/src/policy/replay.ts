import { proposedCall } from '@bakerst/agent/call-facts';
import type { Guard, GuardContext, GuardRequest, ProposedCall } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { Step, StepOf } from '@bakerst/shared/steps';
import type { Store } from '@bakerst/shared/store';
import type { HistoryTurn } from '@bakerst/shared/store/turn-store';
import { readBack } from '../turn/turn-history.ts';

export type ReplayStore = Pick<Store, 'readHistory' | 'listGrants'>;

/** A recorded call with what the guard knew when it was decided. */
export interface ReplayedCall {
  readonly turn: HistoryTurn['record'];
  readonly decided: StepOf<'tool_decided'>;
  readonly call: ProposedCall;
  readonly context: GuardContext;
}

/** Turns of a conversation, oldest first; of a long one, the newest that the brain itself would look back at. */
export function readTurns(store: ReplayStore, access: Access, conversation: string): readonly HistoryTurn[] {
  return readBack({ store, access, conversation }, Number.MAX_SAFE_INTEGER, 1);
}

/**
 * The calls of a conversation that were judged, each with the context of then: the same fold the brain makes. Stops are
 * not recorded in steps, so nothing is stopped here.
 */
export function* replayCalls(
  guard: Guard,
  turns: readonly HistoryTurn[],
  grants: GrantsAt,
): Generator<ReplayedCall> {
  let before: GuardContext['past'];
  for (const turn of turns) {
    const { record } = turn;
    const steps = turn.steps.map(({ step }) => step);
    const start = guard.begin(requestOf(record, steps));
    let context: GuardContext = { ...start, past: before };
    for (const step of steps) {
      if (step.type === 'tool_decided' && step.arguments && !step.problem) {
        const request = { ...start.request, grants: grants(step.at) };
        const known = { ...context, request, label: step.label };
        yield { turn: record, decided: step, call: callOf(step, step.arguments), context: known };
      }
      context = guard.observe(context, step, record.id);
    }
    before = context.past;
  }
}

/** Values that were accepted for longer than a request, as of that time. */
export type GrantsAt = (at: string) => GuardRequest['grants'];

export function grantsOf(store: ReplayStore, access: Access): GrantsAt {
  return (at) => store.listGrants(access, { liveAt: at, limit: 1_000 });
}

function requestOf({ id, conversation, owner }: HistoryTurn['record'], steps: readonly Step[]): GuardRequest {
  const message = steps.find((step) => step.type === 'message_received');
  const unattended = message?.type === 'message_received' && message.options.unattended === true;
  return { turn: id, conversation, principal: owner, unattended, stops: [], grants: [] };
}

function callOf(decided: StepOf<'tool_decided'>, args: Readonly<Record<string, unknown>>): ProposedCall {
  return proposedCall(decided, args, decided.referents ?? []);
}
