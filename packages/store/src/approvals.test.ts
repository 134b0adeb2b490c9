import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptClaimed,
  acceptInput,
  append,
  approvalDecided,
  approvalRequested,
  auditEvent,
  parkedTurn,
  type Scenario,
  toolIntended,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

const LATER = '2099-01-01T00:00:00.000Z';

test('an approval wakes its turn and is consumed once, by the call it was given for', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const parked = await parkedTurn(scenario);
  assert.deepEqual(statuses(scenario), ['open']);
  const step = approvalDecided(scenario, parked, 'approved');
  const woken = await store.decideApproval(access, step, { outbox: [auditEvent(scenario)] });
  assert.equal(woken.status, 'queued');
  assert.equal(woken.parkedFor, undefined);
  assert.equal(store.outboxDepth(), 1);
  const [claimed] = await store.claimRunnable('brain_1', 1_000, 1);
  assert(claimed);
  const { lease } = claimed;
  const place = { lease, seq: 3 };
  for (const wrong of [
    { ...parked, call: 'call_other' },
    { ...parked, digest: 'b'.repeat(64) },
    { ...parked, approval: 'apr_other' },
  ]) {
    const refused = append(scenario, place, { steps: [toolIntended(scenario, wrong)] });
    await assert.rejects(refused, withCode('store_conflict'));
  }
  await append(scenario, place, { steps: [toolIntended(scenario, parked)] });
  assert.deepEqual(statuses(scenario), ['consumed']);
  const again = append(scenario, { lease, seq: 4 }, { steps: [toolIntended(scenario, parked)] });
  await assert.rejects(again, withCode('store_conflict'));
});

test('an approval that is open or denied lets no tool run', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  const asked = approvalRequested(scenario, LATER);
  await append(scenario, { lease, seq: 1 }, { steps: [asked] });
  const open = append(scenario, { lease, seq: 2 }, { steps: [toolIntended(scenario, asked)] });
  await assert.rejects(open, withCode('store_conflict'));
  await append(scenario, { lease, seq: 2 }, { steps: [], leaseAfter: 'parked', parkedFor: asked.approval });
  const denied = approvalDecided(scenario, asked, 'denied');
  await scenario.store.decideApproval(scenario.access, denied, { outbox: [] });
  const [claimed] = await scenario.store.claimRunnable('brain_1', 1_000, 1);
  assert(claimed);
  const place = { lease: claimed.lease, seq: claimed.record.seq };
  const run = append(scenario, place, { steps: [toolIntended(scenario, asked)] });
  await assert.rejects(run, withCode('store_conflict'));
});

test('only the first of many decisions counts', async (t) => {
  const scenario = await temporaryScenario(t);
  const parked = await parkedTurn(scenario);
  const decisions = (['approved', 'denied', 'approved'] as const).map((decision) =>
    scenario.store.decideApproval(scenario.access, approvalDecided(scenario, parked, decision), {
      outbox: [],
    }),
  );
  const outcomes = await Promise.allSettled(decisions);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  assert.deepEqual(statuses(scenario), ['approved']);
  assert.equal(scenario.store.readTurn(scenario.access, parked.record.id).seq, 3);
});

test('a decision for another call, after the time, or while the turn runs is refused', async (t) => {
  let now = Date.now();
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store, access } = scenario;
  const running = await acceptClaimed(scenario);
  const asked = approvalRequested(scenario, LATER);
  await append(scenario, { lease: running.lease, seq: 1 }, { steps: [asked] });
  const early = store.decideApproval(access, approvalDecided(scenario, asked, 'approved'), { outbox: [] });
  await assert.rejects(early, withCode('store_conflict'));
  const expiresAt = new Date(now + 1_000).toISOString();
  const parked = await parkedTurn(scenario, { expiresAt });
  const other = approvalDecided(scenario, { ...parked, call: 'call_other' }, 'approved');
  await assert.rejects(store.decideApproval(access, other, { outbox: [] }), withCode('store_misuse'));
  const withdrawn = approvalDecided(scenario, parked, 'withdrawn');
  await assert.rejects(store.decideApproval(access, withdrawn, { outbox: [] }), withCode('store_misuse'));
  now += 1_000;
  const late = store.decideApproval(access, approvalDecided(scenario, parked, 'approved'), { outbox: [] });
  await assert.rejects(late, withCode('store_conflict'));
  assert.equal(store.readTurn(access, parked.record.id).status, 'parked');
});

test('an ask whose time is over is denied by the clock, with its event', async (t) => {
  const now = Date.now();
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store, access } = scenario;
  const parked = await parkedTurn(scenario, { expiresAt: new Date(now - 1).toISOString() });
  await parkedTurn(scenario, { expiresAt: LATER });
  const make = { actor: 'prn_clock', stepIds: () => scenario.ids('step') };
  const woken = await store.expireApprovals(new Date(now).toISOString(), make);
  assert.deepEqual(woken, [parked.record.id]);
  assert.deepEqual(await store.expireApprovals(new Date(now).toISOString(), make), []);
  const last = store.readSteps(access, parked.record.id).at(-1)?.step;
  assert(last?.type === 'approval_decided');
  assert.deepEqual([last.decision, last.actor, last.onBehalfOf], ['expired', 'prn_clock', access.principal]);
  const [waiting] = store.readOutbox(10);
  assert.equal(waiting?.event.type, 'approval.decided');
  assert.equal(waiting?.event.body.approval, parked.approval);
  assert.equal(waiting?.event.body.decision, 'expired');
});

test('a new message withdraws the open asks, and their turns run to their end before it', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const parked = await parkedTurn(scenario);
  const input = acceptInput(scenario, { conversation: parked.record.conversation });
  const next = await store.acceptTurn(input);
  assert.deepEqual(next.withdrawn, [parked.approval]);
  assert.equal(next.lease, undefined);
  const last = store.readSteps(access, parked.record.id).at(-1)?.step;
  assert(last?.type === 'approval_decided');
  assert.equal(last.decision, 'withdrawn');
  assert.equal(last.actor, input.message.actor);
  assert.equal(store.readOutbox(1)[0]?.event.body.decision, 'withdrawn');
  const late = store.decideApproval(access, approvalDecided(scenario, parked, 'approved'), { outbox: [] });
  await assert.rejects(late, withCode('store_conflict'));
  const claimed = await store.claimRunnable('brain_1', 1_000, 5);
  assert.deepEqual(
    claimed.map(({ record }) => record.id),
    [parked.record.id],
  );
});

test('asks of other conversations stay open', async (t) => {
  const scenario = await temporaryScenario(t);
  await parkedTurn(scenario);
  const accepted = await scenario.store.acceptTurn(acceptInput(scenario));
  assert.deepEqual(accepted.withdrawn, []);
  assert.deepEqual(statuses(scenario), ['open']);
});

test('a turn that would park while a newer message waits behind it is woken instead', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  const asked = approvalRequested(scenario, LATER);
  await append(scenario, { lease, seq: 1 }, { steps: [asked] });
  await store.acceptTurn(acceptInput(scenario, { conversation: record.conversation }));
  assert.deepEqual(statuses(scenario), ['open']);
  const parking = { steps: [], leaseAfter: 'parked' as const, parkedFor: asked.approval };
  const outcome = await append(scenario, { lease, seq: 2 }, parking);
  assert.deepEqual(outcome, { outcome: 'appended', seq: 3, withdrawn: [asked.approval] });
  assert.equal(store.readTurn(access, record.id).status, 'queued');
  assert.deepEqual(statuses(scenario), ['withdrawn']);
});

test('a parked turn that is stopped ends at once, its ask withdrawn', async (t) => {
  const scenario = await temporaryScenario(t);
  const parked = await parkedTurn(scenario);
  const ended = turnEnded(scenario, 'cancelled');
  const after = await scenario.store.requestCancel(scenario.access, parked.record.id, ended);
  assert.equal(after.status, 'cancelled');
  assert.deepEqual(statuses(scenario), ['withdrawn']);
  const types = scenario.store.readSteps(scenario.access, parked.record.id).map(({ step }) => step.type);
  assert.deepEqual(types.slice(2), ['approval_decided', 'turn_ended']);
});

test('asks that nobody answered are withdrawn when their turn ends', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  const asked = approvalRequested(scenario, LATER);
  const steps = [asked, turnEnded(scenario, 'failed')];
  await append(scenario, { lease, seq: 1 }, { steps, leaseAfter: 'ended' });
  assert.deepEqual(statuses(scenario), ['withdrawn']);
  assert.equal(store.readOutbox(1)[0]?.event.body.decision, 'withdrawn');
  assert.equal(store.readSteps(access, record.id).at(-1)?.step.type, 'turn_ended');
  const late = store.decideApproval(access, approvalDecided(scenario, asked, 'approved'), { outbox: [] });
  await assert.rejects(late, withCode('store_conflict'));
});

test('a turn that was stopped before it parks is queued, its ask withdrawn', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  await store.requestCancel(access, record.id, turnEnded(scenario, 'cancelled'));
  const asked = approvalRequested(scenario, LATER);
  const parking = { steps: [asked], leaseAfter: 'parked' as const, parkedFor: asked.approval };
  const outcome = await append(scenario, { lease, seq: 1 }, parking);
  assert.deepEqual(outcome, { outcome: 'appended', seq: 3, withdrawn: [asked.approval] });
  assert.equal(store.readTurn(access, record.id).status, 'queued');
});

test('approvals are listed newest first, by status', async (t) => {
  const scenario = await temporaryScenario(t);
  const first = await parkedTurn(scenario);
  const second = await parkedTurn(scenario);
  await scenario.store.decideApproval(scenario.access, approvalDecided(scenario, first, 'denied'), {
    outbox: [],
  });
  const list = (status?: 'open' | 'denied') =>
    scenario.store
      .listApprovals(scenario.access, { limit: 10, ...(status === undefined ? {} : { status }) })
      .map(({ approval }) => approval);
  assert.deepEqual(list(), [second.approval, first.approval]);
  assert.deepEqual(list('open'), [second.approval]);
  assert.deepEqual(list('denied'), [first.approval]);
});

function statuses({ store, access }: Scenario): readonly string[] {
  return store.listApprovals(access, { limit: 10 }).map(({ status }) => status);
}
