import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { collectBursts } from './line-bursts.ts';

test('lines that come at once come together, lines that are typed come alone', async () => {
  const keyboard = new PassThrough();
  const lines = createInterface({ input: keyboard });
  const bursts = collectBursts(lines, 15);
  keyboard.write('first\n');
  assert.deepEqual((await bursts.next()).value, ['first']);
  keyboard.write('a\nb\nc\n');
  assert.deepEqual((await bursts.next()).value, ['a', 'b', 'c']);
  // Typed while nobody was listening: it waits.
  keyboard.write('later\n');
  await new Promise((wake) => setTimeout(wake, 40));
  assert.deepEqual((await bursts.next()).value, ['later']);
  lines.close();
  assert.equal((await bursts.next()).done, true);
});

test('what was typed last is not lost when the input ends', async () => {
  const keyboard = new PassThrough();
  const bursts = collectBursts(createInterface({ input: keyboard }), 1_000);
  keyboard.end('last words\n');
  assert.deepEqual((await bursts.next()).value, ['last words']);
  assert.equal((await bursts.next()).done, true);
});
