import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  acceptClaimed,
  accessOf,
  auditEvent,
  createScenario,
  parkedTurn,
  stopOf,
  withScopes,
} from './testing/scenario.ts';
import { temporaryFolder, temporaryScenario, temporaryStore, withCode } from './testing/temporary-store.ts';

test('a stop holds until it is lifted, with its events, and pulling it twice is pulling it once', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const admin = withScopes(scenario.access, 'admin');
  const stop = stopOf(scenario, { reason: 'something is wrong' });
  assert.deepEqual(await store.putStop(admin, stop, [auditEvent(scenario)]), stop);
  assert.deepEqual(await store.putStop(admin, stopOf(scenario), [auditEvent(scenario)]), stop);
  assert.equal(store.outboxDepth(), 1);
  assert.deepEqual(store.listStops(admin), [stop]);
  await store.liftStop(admin, stop.id, [auditEvent(scenario)]);
  await store.liftStop(admin, stop.id, [auditEvent(scenario)]);
  assert.equal(store.outboxDepth(), 2);
  assert.deepEqual(store.listStops(admin), []);
  const next = stopOf(scenario);
  assert.deepEqual(await store.putStop(admin, next, []), next);
});

test('tools, servers and everything are stopped and lifted with the scope admin only', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const admin = withScopes(access, 'admin');
  const stops = [
    stopOf(scenario, { scope: 'tool', target: 'mail__send' }),
    stopOf(scenario, { scope: 'server', target: 'mail' }),
    stopOf(scenario),
  ];
  for (const stop of stops) {
    await assert.rejects(store.putStop(access, stop, []), withCode('store_misuse'));
    await store.putStop(admin, stop, []);
    await assert.rejects(store.liftStop(access, stop.id, []), withCode('store_not_found'));
  }
  const stranger = await createScenario(store, 'stranger');
  assert.deepEqual(store.listStops(stranger.access), stops);
  for (const stop of stops) await store.liftStop(withScopes(stranger.access, 'admin'), stop.id, []);
  assert.deepEqual(store.listStops(admin), []);
});

test('the stop of a conversation is its owner’s: no administrator lifts it, and only the brain sees it too', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { record } = await acceptClaimed(scenario);
  const stop = stopOf(scenario, { scope: 'conversation', target: record.conversation });
  await store.putStop(withScopes(access, 'chat'), stop, []);
  const stranger = await createScenario(store, 'stranger');
  const admin = withScopes(stranger.access, 'admin', 'chat');
  await assert.rejects(store.liftStop(admin, stop.id, []), withCode('store_not_found'));
  assert.deepEqual(store.listStops(admin), []);
  assert.deepEqual(store.listStops(accessOf('brain', 'system')), [stop]);
  await store.liftStop(access, stop.id, []);
});

test('stops are in force again after a restart', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const first = await temporaryStore(t, { file });
  const scenario = await createScenario(first);
  const stop = stopOf(scenario);
  await first.putStop(withScopes(scenario.access, 'admin'), stop, []);
  await first.close();
  const second = await temporaryStore(t, { file });
  assert.deepEqual(second.listStops(accessOf('brain', 'system')), [stop]);
});

test('unfinished turns are listed oldest first, of everybody for the brain alone', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const running = await acceptClaimed(scenario);
  const parked = await parkedTurn(await createScenario(store, 'second'));
  const brain = accessOf('brain', 'system');
  const list = (status: 'queued' | 'running' | 'parked') =>
    store.listUnfinishedTurns(brain, { status, limit: 10 }).map(({ id }) => id);
  assert.deepEqual(list('running'), [running.record.id]);
  assert.deepEqual(list('parked'), [parked.record.id]);
  assert.deepEqual(list('queued'), []);
  const foreign = () => store.listUnfinishedTurns(access, { status: 'parked', limit: 10 });
  assert.throws(foreign, withCode('store_misuse'));
  const { conversation } = running.record;
  assert.equal(store.listUnfinishedTurns(access, { conversation, limit: 10 }).length, 1);
});

test('people are listed oldest first, and a second one of the same identity is the first', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const second = await createScenario(store, 'second');
  const events = [auditEvent(scenario)];
  const same = { kind: 'human', name: 'Other', issuer: 'local', subject: 'second' } as const;
  const found = await store.ensurePrincipal({ ...same, id: scenario.ids('principal') }, events);
  assert.equal(found.id, second.access.principal);
  assert.equal(store.outboxDepth(), 0);
  const people = store.listPrincipals('human', 10).map(({ id }) => id);
  assert.deepEqual(people, [scenario.access.principal, second.access.principal]);
  await store.ensurePrincipal({ ...same, id: scenario.ids('principal'), subject: 'third' }, events);
  assert.equal(store.outboxDepth(), 1);
});
