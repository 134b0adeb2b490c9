import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import type { Lease } from '@bakerst/shared/store/turn-store';
import fc from 'fast-check';
import {
  acceptInput,
  append,
  approvalDecided,
  approvalRequested,
  modelEnded,
  modelStarted,
  type Scenario,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryScenario } from './testing/temporary-store.ts';

const LIMIT = 500;
const ACTIONS = [
  'accept',
  'accept',
  'claim',
  'claim',
  'hold',
  'hold',
  'settle',
  'settle',
  'park',
  'park',
  'decide',
  'decide',
  'end',
  'end',
  'cancel',
  'release',
  'freeAll',
  'renew',
  'forge',
] as const;
type Action = (typeof ACTIONS)[number];

/** What callers know: every lease that was ever handed out, so that stale ones are tried too. */
interface World {
  readonly scenario: Scenario;
  readonly scope: { readonly key: string; readonly limitMicros: number };
  readonly conversations: readonly string[];
  readonly leases: Lease[];
  readonly forged: string[];
}

test('whatever is done in whatever order, turns stay in order, whole, and within the budget', async (t) => {
  const scenario = await temporaryScenario(t);
  const step = fc.record({
    action: fc.constantFrom(...ACTIONS),
    pick: fc.nat(1_000),
    micros: fc.integer({ min: 0, max: 200 }),
  });
  const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 5, maxLength: 40 });
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(groups, async (plan) => {
      const world = newWorld(scenario);
      for (const group of plan) {
        const outcomes = await Promise.allSettled(group.map((each) => act(world, each)));
        for (const [index, outcome] of outcomes.entries()) {
          const name = `${group[index]?.action} ${outcome.status}`;
          seen.set(name, (seen.get(name) ?? 0) + 1);
          if (outcome.status === 'rejected') assertExpected(outcome.reason);
        }
        checkInvariants(world);
      }
      assert.deepEqual(world.forged, [], 'a forged lease was accepted');
    }),
    { numRuns: 120 },
  );
  // The plan must reach what it is about.
  for (const action of ['claim', 'hold', 'settle', 'park', 'decide', 'end', 'cancel'] as const) {
    assert((seen.get(`${action} fulfilled`) ?? 0) >= 3, `${action}: ${JSON.stringify([...seen])}`);
  }
});

function newWorld(scenario: Scenario): World {
  const conversations = Array.from({ length: 4 }, () => scenario.ids('conversation'));
  const scope = { key: `global:${conversations[0]}`, limitMicros: LIMIT };
  return { scenario, scope, conversations, leases: [], forged: [] };
}

async function act(world: World, step: { action: Action; pick: number; micros: number }): Promise<unknown> {
  const { scenario } = world;
  const { store } = scenario;
  const conversation = world.conversations[step.pick % world.conversations.length] ?? '';
  if (step.action === 'accept') {
    const accepted = await store.acceptTurn(acceptInput(scenario, { conversation, text: 'hello' }));
    if (accepted.lease !== undefined) world.leases.push(accepted.lease);
    return accepted;
  }
  if (step.action === 'claim') {
    const all = await store.claimRunnable(`brain_${step.pick % 3}`, 60_000, 20);
    // Former runs left turns in the same store.
    const claimed = all.filter(({ record }) => world.conversations.includes(record.conversation));
    world.leases.push(...claimed.map(({ lease }) => lease));
    return assert(claimed.length > 0, new CodedError({ code: 'nothing', message: '', remedy: '' }));
  }
  if (step.action === 'freeAll') return store.releaseLeasesExcept([`brain_${step.pick % 3}`]);
  if (step.action === 'decide') return decideSome(world, step.pick);
  return withLease(world, step);
}

async function withLease(
  world: World,
  step: { action: Action; pick: number; micros: number },
): Promise<unknown> {
  const { scenario } = world;
  const { store, access } = scenario;
  // Mostly one that is in force, sometimes one that is long lost.
  const live = world.leases.filter(({ turn }) => store.readTurn(access, turn).status === 'running');
  const known = step.pick % 4 === 0 ? world.leases : live;
  const lease = known[step.pick % Math.max(1, known.length)];
  if (lease === undefined) throw new CodedError({ code: 'nothing', message: '', remedy: '' });
  const place = { lease, seq: store.readTurn(access, lease.turn).seq };
  switch (step.action) {
    case 'hold': {
      const hold = { call: scenario.ids('modelCall'), micros: step.micros, scopes: [world.scope] };
      return append(scenario, place, { steps: [modelStarted(scenario, hold)], hold });
    }
    case 'settle': {
      const open = openCall(scenario, lease.turn);
      if (open === undefined) throw new CodedError({ code: 'nothing', message: '', remedy: '' });
      const settlement = { call: open.call, micros: Math.min(open.micros, step.micros) };
      return append(scenario, place, { steps: [modelEnded(scenario, settlement, 'x')], settlement });
    }
    case 'park': {
      const asked = approvalRequested(scenario, '2099-01-01T00:00:00.000Z');
      return append(scenario, place, { steps: [asked], leaseAfter: 'parked', parkedFor: asked.approval });
    }
    case 'end':
      return append(scenario, place, { steps: [turnEnded(scenario)], leaseAfter: 'ended' });
    case 'cancel':
      return store.requestCancel(access, lease.turn, turnEnded(scenario, 'cancelled'));
    case 'release':
      return store.releaseLease(lease);
    case 'renew':
      return store.renewLease(lease, 60_000);
    default: {
      const forged = { ...lease, fence: lease.fence + 1_000 };
      await append(
        scenario,
        { ...place, lease: forged },
        { steps: [turnEnded(scenario)], leaseAfter: 'ended' },
      );
      return world.forged.push(lease.turn);
    }
  }
}

function decideSome({ scenario }: World, pick: number): Promise<unknown> {
  const open = scenario.store.listApprovals(scenario.access, { status: 'open', limit: 20 });
  const asked = open[pick % Math.max(1, open.length)];
  if (asked === undefined) throw new CodedError({ code: 'nothing', message: '', remedy: '' });
  const decision = pick % 2 === 0 ? 'approved' : 'denied';
  return scenario.store.decideApproval(scenario.access, approvalDecided(scenario, asked, decision), {
    outbox: [],
  });
}

function openCall(scenario: Scenario, turn: string): { call: string; micros: number } | undefined {
  const steps = scenario.store.readSteps(scenario.access, turn).map(({ step }) => step);
  const ended = new Set(steps.flatMap((step) => (step.type === 'model_ended' ? [step.call] : [])));
  const open = steps.find((step) => step.type === 'model_started' && !ended.has(step.call));
  return open?.type === 'model_started' ? { call: open.call, micros: open.holdMicros } : undefined;
}

const EXPECTED: ReadonlySet<string> = new Set(['nothing', 'store_conflict', 'store_fenced', 'store_misuse']);

function assertExpected(error: unknown): void {
  assert(error instanceof CodedError && EXPECTED.has(error.code), String(error));
}

function checkInvariants({ scenario, scope, conversations }: World): void {
  const { store, access } = scenario;
  let held = 0;
  for (const conversation of conversations) {
    const turns = historyOf(scenario, conversation);
    assert.deepEqual(
      turns.map(({ record }) => record.position),
      turns.map((_, index) => index + 1),
    );
    const unfinished = turns.filter(({ record }) => record.endedAt === undefined);
    // Order: only the first unfinished turn may ever have started to run, be parked, or hold a lease.
    for (const { record } of unfinished.slice(1)) {
      assert.equal(record.status, 'queued');
      assert.equal(record.seq, 1);
    }
    for (const { record, steps } of turns) {
      assert.deepEqual(
        steps.map(({ seq }) => seq),
        Array.from({ length: record.seq }, (_, index) => index + 1),
      );
      const ends = steps.filter(({ step }) => step.type === 'turn_ended').length;
      assert.equal(ends, record.endedAt === undefined ? 0 : 1);
      const open = openCall(scenario, record.id);
      if (record.endedAt !== undefined || record.status === 'parked') assert.equal(open, undefined);
      held += heldBy(scenario, record.id);
    }
  }
  const budget = store.readBudget(scope.key);
  assert.equal(budget.reservedMicros, held);
  assert(budget.spentMicros + budget.reservedMicros <= LIMIT, JSON.stringify(budget));
  assert.equal(budget.blocked, false);
  const asks = store.listApprovals(access, { status: 'open', limit: 500 });
  for (const ask of asks.filter((each) => conversations.includes(each.conversation))) {
    const record = store.readTurn(access, ask.turn);
    // Nobody is asked about a turn that is over, stopped, or overtaken by a newer message.
    assert.equal(record.status, 'parked');
    assert.equal(record.cancelRequestedBy, undefined);
    assert.equal(record.position, store.readConversation(access, ask.conversation).turns);
  }
}

function heldBy(scenario: Scenario, turn: string): number {
  const steps = scenario.store.readSteps(scenario.access, turn).map(({ step }) => step);
  const ended = new Set(steps.flatMap((step) => (step.type === 'model_ended' ? [step.call] : [])));
  return steps.reduce(
    (sum, step) => sum + (step.type === 'model_started' && !ended.has(step.call) ? step.holdMicros : 0),
    0,
  );
}

function historyOf({ store, access }: Scenario, conversation: string) {
  if (!store.listConversations(access, { limit: 200 }).items.some(({ id }) => id === conversation)) return [];
  return store.readHistory(access, conversation, { limit: 500 }).toReversed();
}
