import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import { acceptInput, auditEvent, createScenario, type Scenario } from './testing/scenario.ts';
import { temporaryFolder, temporaryScenario, temporaryStore, withCode } from './testing/temporary-store.ts';

const AT = '2026-11-23T09:00:00.000Z';
const HOUR = 3_600_000;

test('an identity has one principal, however often and however much at once it is asked for', async (t) => {
  const store = await temporaryStore(t);
  const asked = Array.from({ length: 10 }, (_, index) =>
    store.ensurePrincipal({
      id: `prn_${index}`,
      kind: 'human',
      name: 'Ada',
      issuer: 'local',
      subject: 'ada',
    }),
  );
  const made = await Promise.all(asked);
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  const [first] = made;
  assert(first);
  assert.deepEqual(store.readPrincipal(first.id), first);
  assert.equal(store.readPrincipal('prn_absent'), undefined);
});

test('a credential is found by its kind and hash, revoked and expired ones too', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const token = credential(scenario, 'token', { expiresAt: AT });
  await store.createCredential(token, hashOf('a'), [auditEvent(scenario)]);
  assert.deepEqual(store.findCredential('token', hashOf('a')), token);
  assert.equal(store.findCredential('session', hashOf('a')), undefined);
  assert.equal(store.findCredential('token', hashOf('b')), undefined);
  await store.revokeCredential(access, token.id, [auditEvent(scenario)]);
  const revokedAt = store.findCredential('token', hashOf('a'))?.revokedAt;
  assert.equal(typeof revokedAt, 'string');
  await store.revokeCredential(access, token.id, [auditEvent(scenario)]);
  assert.equal(store.outboxDepth(), 2);
  assert.deepEqual(
    store.listCredentials(access, 'token').map(({ id }) => id),
    [token.id],
  );
  const same = store.createCredential(credential(scenario, 'token'), hashOf('a'), []);
  await assert.rejects(same, withCode('store_conflict'));
  const plain = store.createCredential(credential(scenario, 'token'), Buffer.from('secret'), []);
  await assert.rejects(plain, withCode('store_misuse'));
  const orphan = { ...credential(scenario, 'token'), principal: 'prn_absent' };
  await assert.rejects(store.createCredential(orphan, hashOf('c'), []), withCode('store_not_found'));
});

test('a login code works once, and not after its time', async (t) => {
  let now = Date.parse(AT);
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store } = scenario;
  const code = credential(scenario, 'login_code', { expiresAt: new Date(now + HOUR).toISOString() });
  await store.createCredential(code, hashOf('a'), []);
  const tries = Array.from({ length: 5 }, () => store.consumeLoginCode(code.id, [auditEvent(scenario)]));
  assert.deepEqual((await Promise.all(tries)).filter(Boolean).length, 1);
  assert.equal(store.outboxDepth(), 1);
  const late = credential(scenario, 'login_code', { expiresAt: new Date(now + HOUR).toISOString() });
  await store.createCredential(late, hashOf('b'), []);
  now += HOUR;
  assert.equal(await store.consumeLoginCode(late.id, []), false);
  assert.equal(await store.consumeLoginCode('tok_absent', []), false);
  const token = credential(scenario, 'token');
  await store.createCredential(token, hashOf('c'), []);
  assert.equal(await store.consumeLoginCode(token.id, []), false);
});

test('the last use of a credential is kept, at the latest when the store closes', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const scenario = await createScenario(await temporaryStore(t, { file }));
  const token = credential(scenario, 'token');
  await scenario.store.createCredential(token, hashOf('a'), []);
  scenario.store.touchCredential(token.id, '2026-11-24T00:00:00.000Z');
  scenario.store.touchCredential('tok_absent', '2026-11-24T00:00:00.000Z');
  scenario.store.touchCredential(token.id, '2026-11-25T00:00:00.000Z');
  await scenario.store.close();
  const again = await temporaryStore(t, { file });
  assert.equal(again.findCredential('token', hashOf('a'))?.lastUsedAt, '2026-11-25T00:00:00.000Z');
});

test('configuration versions count up, and a writer who read an old one is refused', async (t) => {
  const { store, ids, access } = await temporaryScenario(t);
  assert.equal(store.readRuntimeConfig(), undefined);
  const record = (version: number) => ({
    id: ids('runtimeConfig'),
    version,
    author: access.principal,
    at: AT,
    value: { models: { roles: { agent: [`demo/${version}`] } } },
  });
  const first = record(1);
  await store.writeRuntimeConfig(first, 0, []);
  assert.deepEqual(store.readRuntimeConfig(), first);
  await assert.rejects(store.writeRuntimeConfig(record(1), 0, []), withCode('store_conflict'));
  await assert.rejects(store.writeRuntimeConfig(record(3), 1, []), withCode('store_misuse'));
  const second = record(2);
  await store.writeRuntimeConfig(second, 1, []);
  assert.deepEqual(store.listRuntimeConfig(5), [second, first]);
});

test('a text is kept under its own hash and no other', async (t) => {
  const { store } = await temporaryScenario(t);
  const content = {
    hash: Buffer.from(hashOf('be kind')).toString('hex'),
    kind: 'prompt',
    text: 'be kind',
  } as const;
  await store.keepContent(content);
  await store.keepContent({ ...content, kind: 'policy' });
  assert.deepEqual(store.readContent(content.hash), content);
  assert.equal(store.readContent('0'.repeat(64)), undefined);
  await assert.rejects(store.keepContent({ ...content, text: 'be cruel' }), withCode('store_misuse'));
});

test('the outbox keeps events in order until the log has them, and never uses a position again', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const events = [auditEvent(scenario), auditEvent(scenario), auditEvent(scenario)];
  await store.enqueueOutbox(events);
  const waiting = store.readOutbox(10);
  assert.deepEqual(
    waiting.map(({ event }) => event),
    events,
  );
  await store.ackOutbox(waiting[1]?.position ?? 0);
  assert.deepEqual(
    store.readOutbox(10).map(({ event }) => event),
    events.slice(2),
  );
  await store.ackOutbox(waiting[2]?.position ?? 0);
  assert.equal(store.outboxDepth(), 0);
  await store.enqueueOutbox([auditEvent(scenario)]);
  assert((store.readOutbox(1)[0]?.position ?? 0) > (waiting[2]?.position ?? 0));
});

test('pruning removes what is over and keeps the rest', async (t) => {
  let now = Date.parse(AT);
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store } = scenario;
  const expiresAt = new Date(now + HOUR).toISOString();
  const kinds = ['session', 'login_code', 'token'] as const;
  for (const kind of kinds) {
    await store.createCredential(credential(scenario, kind, { expiresAt }), hashOf(kind), []);
  }
  const idempotency = { route: 'r', key: 'k', digest: 'd' };
  const { record } = await store.acceptTurn(acceptInput(scenario, { idempotency }));
  const left = () => kinds.filter((kind) => store.findCredential(kind, hashOf(kind)) !== undefined);
  await store.prune(new Date(now).toISOString());
  assert.deepEqual(left(), kinds);
  await store.prune(expiresAt);
  assert.deepEqual(left(), ['token']);
  assert.equal((await store.acceptTurn(acceptInput(scenario, { idempotency }))).record.id, record.id);
  now += 7 * 24 * HOUR;
  await store.prune(new Date(now).toISOString());
  const other = acceptInput(scenario, { idempotency: { ...idempotency, digest: 'other' } });
  assert.equal((await store.acceptTurn(other)).created, true);
});

function credential(
  scenario: Scenario,
  kind: CredentialRecord['kind'],
  more: Partial<CredentialRecord> = {},
): CredentialRecord {
  const { access, ids } = scenario;
  const id = ids(kind === 'session' ? 'session' : 'token');
  return {
    id,
    kind,
    principal: access.principal,
    name: kind,
    scopes: ['chat', 'approve'],
    createdAt: AT,
    ...more,
  };
}

function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
