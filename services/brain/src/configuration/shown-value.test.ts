import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownValue } from './shown-value.ts';

const path = ['mcpServers', 's', 'args'];

test('an argument that assigns a secret shows its name alone', () => {
  const said = ['--api-key=abc', '--mode=fast', 'a=1 token=2', 'token', '=key', '--header=X-Auth=1'];
  assert.deepEqual(shownValue(path, said), [
    '--api-key=(hidden)',
    '--mode=fast',
    'a=(hidden)',
    'token',
    '=key',
    '--header=(hidden)',
  ]);
});

test('a long argument is looked through once, not once for every word in it', () => {
  const from = performance.now();
  shownValue(path, ['key'.repeat(300_000)]);
  assert.ok(performance.now() - from < 2_000);
});
