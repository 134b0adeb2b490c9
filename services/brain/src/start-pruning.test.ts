import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Closers } from './closers.ts';
import { startPruning } from './start-pruning.ts';
import { openHouse } from './testing/turn-house.ts';

const log = pino({ level: 'silent' });

test('what has expired is deleted at the start, and again later, and what has not stays', async (t) => {
  const { store, access, parts } = await openHouse(t);
  const make = async (hash: number, expiresAt: string) => {
    const id = parts.ids('session');
    const record = { id, kind: 'session', principal: access.principal, name: 's', scopes: ['chat'] } as const;
    await store.createCredential(
      { ...record, createdAt: '2026-01-01T00:00:00.000Z', expiresAt },
      Buffer.alloc(32, hash),
      [],
    );
    return () => store.findCredential('session', Buffer.alloc(32, hash)) !== undefined;
  };
  const gone = async (isThere: () => boolean) => {
    const deadline = Date.now() + 5_000;
    while (isThere() && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 5));
    return !isThere();
  };
  let now = Date.parse('2026-02-01T00:00:00.000Z');
  const old = await make(1, '2026-01-15T00:00:00.000Z');
  const next = await make(2, '2026-02-15T00:00:00.000Z');
  const closers = new Closers();
  startPruning({ store, now: () => now, log, everyMs: 10 }, closers);
  assert.equal(await gone(old), true);
  assert.equal(next(), true);
  now = Date.parse('2026-03-01T00:00:00.000Z');
  assert.equal(await gone(next), true);
  await closers.closeAll(log);
});

test('a store that cannot delete just now is asked again', async () => {
  let asked = 0;
  const again = Promise.withResolvers<void>();
  const store = {
    prune: async () => {
      asked += 1;
      if (asked === 2) again.resolve();
      throw new Error('full');
    },
  };
  const closers = new Closers();
  startPruning({ store, now: () => 0, log, everyMs: 5 }, closers);
  await again.promise;
  await closers.closeAll(log);
  assert.ok(asked >= 2);
});
