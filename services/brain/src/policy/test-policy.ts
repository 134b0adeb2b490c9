import { setImmediate } from 'node:timers/promises';
import type { TestPolicyResult } from '@bakerst/shared/api/guard';
import type { Guard, Verdict } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { ConversationRecord, ConversationStore } from '@bakerst/shared/store/conversation-store';
import { grantsOf, type ReplayedCall, type ReplayStore, readTurns, replayCalls } from './replay.ts';

export type TestStore = ReplayStore & Pick<ConversationStore, 'listConversations'>;

const MOST_CHANGED = 1_000;
type Counts = Record<Verdict['decision'], number>;

/** Judges recorded calls again under another guard: which verdicts would change. */
export async function testGuard(
  guard: Guard,
  {
    store,
    access,
    conversations,
  }: { readonly store: TestStore; readonly access: Access; readonly conversations: number },
): Promise<TestPolicyResult> {
  const counts = { before: noCalls(), after: noCalls() };
  const changed: TestPolicyResult['changed'] = [];
  const grants = grantsOf(store, access);
  let [seen, calls] = [0, 0];
  for (const conversation of newestConversations(store, access, conversations)) {
    seen += 1;
    for (const replayed of replayCalls(guard, readTurns(store, access, conversation.id), grants)) {
      if (wasStopped(replayed)) continue;
      calls += 1;
      const before = replayed.decided.verdict.decision;
      const verdict = guard.decide(replayed.context, replayed.call);
      counts.before[before] += 1;
      counts.after[verdict.decision] += 1;
      if (verdict.decision !== before && changed.length < MOST_CHANGED)
        changed.push(changedView(replayed, verdict));
    }
    // A thousand conversations must not keep the others waiting.
    await setImmediate();
  }
  return { conversations: seen, calls, changed, counts };
}

export function* newestConversations(
  store: Pick<ConversationStore, 'listConversations'>,
  access: Access,
  most: number,
): Generator<ConversationRecord> {
  let cursor: string | undefined;
  let left = most;
  while (left > 0) {
    const page = store.listConversations(access, {
      limit: Math.min(50, left),
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.items;
    left -= page.items.length;
    cursor = page.next;
    if (cursor === undefined || page.items.length === 0) return;
  }
}

/** A person had pulled the switch: no policy would have changed that. */
function wasStopped({ decided }: ReplayedCall): boolean {
  return decided.verdict.reasons.some(({ rule }) => rule === 'stopped');
}

function noCalls(): Counts {
  return { allow: 0, ask: 0, deny: 0 };
}

function changedView({ turn, decided }: ReplayedCall, verdict: Verdict): TestPolicyResult['changed'][number] {
  return {
    conversation: turn.conversation,
    turn: turn.id,
    call: decided.call,
    tool: decided.tool,
    at: decided.at,
    before: decided.verdict.decision,
    after: verdict.decision,
    reasons: [...verdict.reasons],
  };
}
