import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '@bakerst/shared/identity';
import {
  acceptClaimed,
  accessOf,
  append,
  approvalDecided,
  approvalRequested,
  common,
  createScenario,
  grantOf,
  parkedTurn,
  type Scenario,
  toolDecided,
  withScopes,
} from './testing/scenario.ts';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

const LATER = '2099-01-01T00:00:00.000Z';
const NOTHING = { outbox: [] };

test('a second person lists, reads and decides an ask for four eyes, and sees nothing else of it', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const asked = await fourEyesTurn(scenario);
  const own = await parkedTurn(scenario);
  const second = (await createScenario(store, 'second')).access;
  const listed = store.listApprovals(second, { status: 'open', limit: 10 });
  assert.deepEqual(
    listed.map(({ approval, owner, fourEyes }) => [approval, owner, fourEyes]),
    [[asked.approval, access.principal, true]],
  );
  assert.deepEqual(store.listApprovals(second, { limit: 10 }), listed);
  const { pending, decided } = store.readApproval(second, asked.approval);
  assert.equal(pending.approval, asked.approval);
  assert.deepEqual(decided?.arguments, { to: 'ann@example.com' });
  const strangers = [
    () => store.readApproval(second, own.approval),
    () => store.readTurn(second, asked.turn),
    () => store.readSteps(second, asked.turn),
    () => store.readConversation(second, asked.conversation),
  ];
  for (const attempt of strangers) assert.throws(attempt, withCode('store_not_found'));
  const turn = await store.decideApproval(second, decisionOf(scenario, asked, second), NOTHING);
  assert.equal(turn.status, 'queued');
  const last = store.readSteps(access, asked.turn).at(-1)?.step;
  assert.equal(last?.actor, second.principal);
  assert.equal(store.readApproval(second, asked.approval).pending.status, 'approved');
});

test('who asked cannot decide where four eyes are asked, neither way', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const asked = await fourEyesTurn(scenario);
  for (const decision of ['approved', 'denied'] as const) {
    const attempt = store.decideApproval(access, approvalDecided(scenario, asked, decision), NOTHING);
    await assert.rejects(attempt, withCode('store_second_person'));
  }
  assert.equal(store.readApproval(access, asked.approval).pending.status, 'open');
  assert.equal(store.readTurn(access, asked.turn).status, 'parked');
});

test('without the scope approve four eyes show nothing and decide nothing, nor does the brain itself', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const asked = await fourEyesTurn(scenario);
  const own = await parkedTurn(scenario);
  const second = (await createScenario(store, 'second')).access;
  const chatting = withScopes(second, 'chat', 'admin', 'config');
  assert.deepEqual(store.listApprovals(chatting, { limit: 10 }), []);
  assert.throws(() => store.readApproval(chatting, asked.approval), withCode('store_not_found'));
  const refused: readonly (readonly [Access, { approval: string; call: string }])[] = [
    [chatting, asked],
    [withScopes(scenario.access, 'chat', 'admin'), own],
    [accessOf(second.principal, 'system'), asked],
    [accessOf(scenario.access.principal, 'system'), own],
  ];
  for (const [access, ask] of refused) {
    const attempt = store.decideApproval(access, decisionOf(scenario, ask, access), NOTHING);
    await assert.rejects(attempt, withCode('store_misuse'));
  }
  const nobody = accessOf('prn_nobody');
  const unknown = store.decideApproval(nobody, decisionOf(scenario, asked, nobody), NOTHING);
  await assert.rejects(unknown, withCode('store_not_found'));
});

test('a decision is never recorded for somebody else than who made it', async (t) => {
  const scenario = await temporaryScenario(t);
  const asked = await fourEyesTurn(scenario);
  const second = (await createScenario(scenario.store, 'second')).access;
  const forged = approvalDecided(scenario, asked, 'approved');
  const attempt = scenario.store.decideApproval(second, forged, NOTHING);
  await assert.rejects(attempt, withCode('store_misuse'));
});

test('own asks and those of others come in one order, newest first, and no more than asked for', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const second = await createScenario(store, 'second');
  const made = [
    (await fourEyesTurn(scenario)).approval,
    (await parkedTurn(second)).approval,
    (await fourEyesTurn(scenario)).approval,
    (await parkedTurn(second)).approval,
  ];
  const list = (limit: number) =>
    store.listApprovals(second.access, { status: 'open', limit }).map(({ approval }) => approval);
  assert.deepEqual(list(10), made.toReversed());
  assert.deepEqual(list(2), made.toReversed().slice(0, 2));
});

test('what is granted with a decision is the owner’s, and is there exactly if the decision is', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const parked = await parkedTurn(scenario);
  const step = approvalDecided(scenario, parked, 'approved');
  const grant = grantOf(scenario);
  await store.decideApproval(access, step, { outbox: [], grants: [grant] });
  assert.deepEqual(store.listGrants(access, { limit: 10 }), [grant]);
  const again = store.decideApproval(access, step, { outbox: [], grants: [grantOf(scenario)] });
  await assert.rejects(again, withCode('store_conflict'));
  const other = await parkedTurn(scenario);
  const denied = store.decideApproval(access, approvalDecided(scenario, other, 'denied'), {
    outbox: [],
    grants: [grantOf(scenario)],
  });
  await assert.rejects(denied, withCode('store_misuse'));
  assert.equal(store.listGrants(access, { limit: 10 }).length, 1);
});

test('a grant that was revoked or has expired counts no more, and stays on record', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const [live, over, revoked] = [
    grantOf(scenario),
    grantOf(scenario, { expiresAt: '2026-01-02T00:00:00.000Z' }),
    grantOf(scenario),
  ];
  for (const grant of [live, over, revoked]) {
    const parked = await parkedTurn(scenario);
    const step = approvalDecided(scenario, parked, 'approved');
    await store.decideApproval(access, step, { outbox: [], grants: [grant] });
  }
  await store.revokeGrant(access, revoked.id, []);
  const liveAt = '2026-06-01T00:00:00.000Z';
  assert.deepEqual(store.listGrants(access, { liveAt, limit: 10 }), [live]);
  const all = store.listGrants(access, { limit: 10 });
  assert.deepEqual(
    all.map(({ id }) => id),
    [revoked.id, over.id, live.id],
  );
  assert(all[0]?.revokedAt !== undefined);
  const { revokedAt } = all[0];
  await store.revokeGrant(access, revoked.id, []);
  assert.equal(store.listGrants(access, { limit: 10 })[0]?.revokedAt, revokedAt);
});

function decisionOf(scenario: Scenario, asked: { approval: string; call: string }, by: Access) {
  return { ...approvalDecided(scenario, asked, 'approved'), actor: by.principal };
}

/** Parked for a second person, with the call's card on record. */
async function fourEyesTurn(scenario: Scenario) {
  const { lease, record } = await acceptClaimed(scenario);
  const asked = { ...approvalRequested(scenario, LATER), fourEyes: true };
  const steps = [toolDecided(scenario, asked.call), { ...asked, ...common(scenario) }];
  await append(scenario, { lease, seq: 1 }, { steps, leaseAfter: 'parked', parkedFor: asked.approval });
  return { approval: asked.approval, call: asked.call, turn: record.id, conversation: record.conversation };
}
