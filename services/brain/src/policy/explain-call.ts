import { setImmediate } from 'node:timers/promises';
import type { CallExplanation } from '@bakerst/shared/api/guard';
import type { Guard } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { StepOf } from '@bakerst/shared/steps';
import type { ContentStore } from '@bakerst/shared/store/system-store';
import type { HistoryTurn, TurnRecord, TurnStore } from '@bakerst/shared/store/turn-store';
import { formerGuard } from './deny-guard.ts';
import { policyError } from './errors.ts';
import { type GrantsAt, grantsOf, type ReplayedCall, readTurns, replayCalls } from './replay.ts';
import { newestConversations, type TestStore } from './test-policy.ts';

export type ExplainStore = TestStore & Pick<TurnStore, 'readTurn'> & Pick<ContentStore, 'readContent'>;

export interface CallMeant {
  readonly access: Access;
  readonly call: string;
  /** Where it was made; else the newest conversations are searched. */
  readonly turn?: string;
}

const MOST_SEARCHED = 500;

/**
 * Makes a verdict again from what is recorded, under the policy of then.
 * @throws CodedError `policy_call_unknown`
 */
export async function explainCall(store: ExplainStore, meant: CallMeant): Promise<CallExplanation> {
  const found = await findCall(store, meant);
  const recorded = recordedView(found.decided, found.record);
  const guard = guardOfThen(store, found.decided.policyHash);
  const replayed = guard && replayOne(guard, found, grantsOf(store, meant.access));
  if (!replayed) return recorded;
  const { tainted, values, plan, rules } = guard.explain(replayed.context, replayed.call);
  return {
    ...recorded,
    tainted,
    values: [...values],
    plan: { by: plan.by, calls: [...plan.calls] },
    rules: [...rules],
    replayed: true,
  };
}

/** Undefined where the call was never judged: its arguments could not be read. */
function replayOne(guard: Guard, { decided, turns }: Found, grants: GrantsAt): ReplayedCall | undefined {
  for (const one of replayCalls(guard, turns, grants)) if (one.decided.id === decided.id) return one;
  return undefined;
}

interface Found {
  readonly decided: StepOf<'tool_decided'>;
  readonly record: TurnRecord;
  /** Of its conversation, up to and including its own. */
  readonly turns: readonly HistoryTurn[];
}

async function findCall(store: ExplainStore, { access, call, turn }: CallMeant): Promise<Found> {
  if (turn !== undefined) {
    const { conversation } = store.readTurn(access, turn);
    const found = findIn(readTurns(store, access, conversation), call);
    if (found) return found;
    throw unknownCall(call, 'Look at the turn for the ids of its calls.');
  }
  for (const { id } of newestConversations(store, access, MOST_SEARCHED)) {
    const found = findIn(readTurns(store, access, id), call);
    if (found) return found;
    await setImmediate();
  }
  throw unknownCall(call, 'Name the turn it was made in with ?turn=.');
}

function findIn(turns: readonly HistoryTurn[], call: string): Found | undefined {
  for (const [at, { record, steps }] of turns.entries()) {
    for (const { step } of steps) {
      if (step.type === 'tool_decided' && step.call === call) {
        return { decided: step, record, turns: turns.slice(0, at + 1) };
      }
    }
  }
  return undefined;
}

function unknownCall(call: string, remedy: string) {
  const message = `No call ${call.slice(0, 60)} was found among yours.`;
  return policyError({ code: 'policy_call_unknown', message, remedy });
}

function guardOfThen(store: ExplainStore, hash: string): Guard | undefined {
  const kept = store.readContent(hash);
  if (kept?.kind !== 'policy') return undefined;
  try {
    return formerGuard(kept.text);
  } catch {
    // A text of an older release that this one does not read: the verdict stays as it was recorded.
    return undefined;
  }
}

function recordedView(decided: StepOf<'tool_decided'>, record: TurnRecord): CallExplanation {
  const { call, at, tool, server, effect, verdict, label, policyHash } = decided;
  return {
    call,
    turn: record.id,
    conversation: record.conversation,
    at,
    tool,
    server,
    effect,
    arguments: decided.arguments ?? {},
    verdict,
    label,
    tainted: label.integrity === 'untrusted',
    values: verdict.decision === 'ask' ? verdict.card.values : [],
    plan: { by: 'none', calls: [] },
    rules: verdict.reasons.map(({ rule }) => ({ rule, said: verdict.decision })),
    policyHash,
    replayed: false,
  };
}
