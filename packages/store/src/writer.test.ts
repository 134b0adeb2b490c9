import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { MIGRATIONS } from './migrations/all.ts';
import {
  acceptClaimed,
  acceptInput,
  append,
  auditEvent,
  createScenario,
  type Scenario,
  trivialTurn,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryFolder, temporaryScenario, temporaryStore, withCode } from './testing/temporary-store.ts';

test('what is resolved is seen by the next read', async (t) => {
  const scenario = await temporaryScenario(t);
  for (let index = 0; index < 50; index += 1) {
    const { record } = await scenario.store.acceptTurn(acceptInput(scenario));
    assert.equal(scenario.store.readTurn(scenario.access, record.id).seq, 1);
  }
});

test('a unit that fails in a batch is undone alone', async (t) => {
  const scenario = await temporaryScenario(t);
  const twice = acceptInput(scenario);
  const inputs = [acceptInput(scenario), twice, twice, acceptInput(scenario)];
  const outcomes = await Promise.allSettled(inputs.map((input) => scenario.store.acceptTurn(input)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(scenario.store.listConversations(scenario.access, { limit: 9 }).items.length, 3);
});

test('many turns at once all end as they should, without a gap in any', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const turns = await Promise.all(Array.from({ length: 200 }, () => trivialTurn(scenario)));
  for (const { record } of turns) {
    assert.equal(store.readTurn(access, record.id).status, 'completed');
    assert.deepEqual(
      store.readSteps(access, record.id).map(({ seq }) => seq),
      [1, 2, 3, 4],
    );
  }
  assert.deepEqual(store.readBudget('global:2026-11'), {
    key: 'global:2026-11',
    spentMicros: 200 * 42,
    reservedMicros: 0,
    blocked: false,
  });
});

test('of many appends to one place of a turn, one is stored', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease, record } = await acceptClaimed(scenario);
  const appends = Array.from({ length: 20 }, () =>
    append(scenario, { lease, seq: 1 }, { steps: [turnEnded(scenario)], leaseAfter: 'ended' }),
  );
  const outcomes = await Promise.allSettled(appends);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(scenario.store.readSteps(scenario.access, record.id).length, 2);
});

test('of many claimers each turn goes to one', async (t) => {
  const scenario = await temporaryScenario(t);
  for (let index = 0; index < 10; index += 1) {
    const { claimFor: _, ...input } = acceptInput(scenario);
    await scenario.store.acceptTurn(input);
  }
  const claims = Array.from({ length: 10 }, (_, index) =>
    scenario.store.claimRunnable(`b${index}`, 60_000, 3),
  );
  const claimed = (await Promise.all(claims)).flat().map(({ record }) => record.id);
  assert.equal(claimed.length, 10);
  assert.equal(new Set(claimed).size, 10);
});

test('a full database refuses, stays whole, and works again when there is space', async (t) => {
  const scenario = await temporaryScenario(t, { maxPages: 400 });
  const stored = await fillUp(scenario);
  await checkWhole(scenario, stored);
  const victim = stored[0];
  assert(victim);
  await scenario.store.deleteConversation(scenario.access, victim.conversation, []);
  assert.equal((await scenario.store.acceptTurn(acceptInput(scenario))).created, true);
});

test('a full disk refuses, stays whole, and works again when there is space', async (t) => {
  const folder = smallDisk(t);
  if (folder === undefined) return t.skip('needs mount: run as root where a tmpfs may be mounted');
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(2_000_000));
  const scenario = await createScenario(await temporaryStore(t, { file: join(folder, 'data', 'brain.db') }));
  const stored = await fillUp(scenario);
  const health = await scenario.store.health();
  if (!health.ok) assert.match(health.detail, /disk is full/);
  await checkWhole(scenario, stored);
  rmSync(ballast);
  assert.equal((await scenario.store.acceptTurn(acceptInput(scenario))).created, true);
  assert.equal((await scenario.store.health()).ok, true);
  await scenario.store.close();
});

test('more than the disk can take is refused at once, and what was taken is stored', async (t) => {
  const scenario = await temporaryScenario(t);
  const posted = Array.from({ length: 20_100 }, () => scenario.store.enqueueOutbox([]));
  const refused = (await Promise.allSettled(posted)).filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 100);
  for (const { reason } of refused as PromiseRejectedResult[])
    assert(isCoded(reason, 'store_busy') && reason.retryable);
  await scenario.store.enqueueOutbox([auditEvent(scenario)]);
});

test('a defect in a unit is an error of that call alone', async (t) => {
  const scenario = await temporaryScenario(t);
  // The type check of the port would refuse both.
  const unbindable = {} as never;
  const broken = scenario.store.ensurePrincipal(unbindable);
  await assert.rejects(broken, withCode('store_internal'));
  const uncloneable = { owner: () => 'b' } as never;
  await assert.rejects(scenario.store.claimRunnable(uncloneable, 1, 1));
  assert.equal((await scenario.store.acceptTurn(acceptInput(scenario))).created, true);
});

test('a closed store refuses every call, and closing finishes what was posted', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const posted = store.acceptTurn(acceptInput(scenario));
  await Promise.all([store.close(), store.close()]);
  assert.equal((await posted).created, true);
  await assert.rejects(store.acceptTurn(acceptInput(scenario)), withCode('store_closed'));
  assert.throws(() => store.readTurn(access, 'turn_x'), withCode('store_closed'));
  assert.equal((await store.health()).ok, false);
});

test('health says how big the database is and that it can be written', async (t) => {
  const scenario = await temporaryScenario(t);
  const health = await scenario.store.health();
  assert.deepEqual(
    { ...health, bytes: 0 },
    { ok: true, detail: 'intact', bytes: 0, schemaVersion: MIGRATIONS.length },
  );
  assert(health.bytes > 4_096);
});

test('a thousand trivial turns store less than 5 kB each', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'brain.db');
  const scenario = await createScenario(await temporaryStore(t, { file }));
  const turn = (index: number) =>
    trivialTurn(scenario, { idempotency: { route: 'r', key: `k${index}`, digest: 'd'.repeat(64) } });
  await turn(0);
  const before = (await scenario.store.backup(join(folder, 'before.db'))).bytes;
  for (let index = 1; index <= 1_000; index += 1) await turn(index);
  await scenario.store.close();
  const database = new DatabaseSync(file, { readOnly: true });
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  database.close();
  const each = (pages * 4_096 - before) / 1_000;
  assert(each < 5_000, `${each} bytes a turn`);
  t.diagnostic(`${Math.round(each)} bytes a turn`);
});

interface Stored {
  readonly conversation: string;
  readonly turn: string;
}

/** Stores messages until there is no space left; several at once, so that whole batches are lost. */
async function fillUp(scenario: Scenario): Promise<readonly Stored[]> {
  const stored: Stored[] = [];
  const text = 'x'.repeat(20_000);
  for (let round = 0; round < 200; round += 1) {
    const inputs = Array.from({ length: 4 }, () => {
      const { claimFor: _, ...input } = acceptInput(scenario, { text, searchText: 'short' });
      return { ...input, outbox: [auditEvent(scenario)] };
    });
    const outcomes = await Promise.allSettled(inputs.map((input) => scenario.store.acceptTurn(input)));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') {
        stored.push({ conversation: outcome.value.record.conversation, turn: outcome.value.record.id });
        continue;
      }
      assert(isCoded(outcome.reason, 'store_full'), String(outcome.reason));
      assert.equal(outcome.reason.retryable, true);
    }
    if (outcomes.some(({ status }) => status === 'rejected')) {
      assert(stored.length > 10);
      return stored;
    }
  }
  return assert.fail('it was never full');
}

/** Exactly what was resolved is there: nothing less, and nothing of what was refused. */
async function checkWhole({ store, access }: Scenario, stored: readonly Stored[]): Promise<void> {
  assert.equal(store.outboxDepth(), stored.length);
  const listed = store.listConversations(access, { limit: 200 }).items.map(({ id }) => id);
  assert.deepEqual(new Set(listed), new Set(stored.map(({ conversation }) => conversation)));
  for (const { turn } of stored) assert.equal(store.readSteps(access, turn).length, 1);
}

function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status === 0;
  t.after(() => {
    if (mounted) spawnSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return mounted ? folder : undefined;
}
