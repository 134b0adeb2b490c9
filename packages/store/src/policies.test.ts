import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

test('policies are noted with their texts, newest first, also one that comes back', async (t) => {
  const { store, access } = await temporaryScenario(t);
  const at = '2026-11-24T00:00:00.000Z';
  const first = { hash: hashOf('one'), at, author: 'file', how: 'start' } as const;
  const second = { hash: hashOf('two'), at, author: access.principal, how: 'api' } as const;
  await store.recordPolicy({ ...first, text: 'one' }, []);
  await store.recordPolicy({ ...second, text: 'two' }, []);
  await store.recordPolicy({ ...first, text: 'one' }, []);
  assert.deepEqual(store.listPolicies(10), [first, second, first]);
  assert.deepEqual(store.listPolicies(1), [first]);
  assert.equal(store.readContent(second.hash)?.text, 'two');
});

test('a policy under another hash than its own leaves no trace', async (t) => {
  const { store } = await temporaryScenario(t);
  const wrong = { hash: hashOf('one'), at: '2026-11-24T00:00:00.000Z', author: 'x', how: 'file' } as const;
  await assert.rejects(store.recordPolicy({ ...wrong, text: 'two' }, []), withCode('store_misuse'));
  assert.deepEqual(store.listPolicies(10), []);
});
