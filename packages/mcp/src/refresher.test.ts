import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { McpClock } from './clock.ts';
import { Refresher } from './refresher.ts';

/** Time that jumps to the next timer. */
function jumpingClock() {
  let now = 0;
  let timer: { readonly at: number; readonly callback: () => void } | undefined;
  const clock: McpClock = {
    now: () => now,
    random: () => 0,
    after: (milliseconds, callback) => {
      timer = { at: now + milliseconds, callback };
      return () => {
        timer = undefined;
      };
    },
  };
  const jump = async () => {
    const next = timer;
    timer = undefined;
    if (!next) return false;
    now = next.at;
    next.callback();
    await new Promise(setImmediate);
    return true;
  };
  return { clock, jump, now: () => now };
}

test('a burst of changes is one refresh', async () => {
  const { clock, jump } = jumpingClock();
  let runs = 0;
  const refresher = new Refresher(clock, async () => {
    runs += 1;
  });
  for (let count = 0; count < 1_000; count += 1) refresher.request();
  assert.equal(await jump(), true);
  assert.equal(await jump(), false);
  assert.equal(runs, 1);
});

test('a server that changes its tools whenever they are read is read every two seconds at most', async () => {
  const { clock, jump, now } = jumpingClock();
  const runs: number[] = [];
  const refresher: Refresher = new Refresher(clock, async () => {
    runs.push(now());
    refresher.request();
  });
  refresher.request();
  for (let count = 0; count < 4; count += 1) assert.equal(await jump(), true);
  assert.deepEqual(runs, [200, 2_200, 4_200, 6_200]);
  refresher.stop();
  assert.equal(await jump(), false);
});

test('whoever relies on what is read waits until it was read again, at once', async () => {
  const { clock, jump } = jumpingClock();
  let runs = 0;
  const refresher = new Refresher(clock, async () => {
    runs += 1;
  });
  await refresher.settle();
  assert.equal(runs, 0, 'nothing was asked for');
  refresher.request();
  await refresher.settle();
  assert.equal(runs, 1);
  assert.equal(await jump(), false, 'the pause is over with it');
});

test('a server that changes its tools whenever they are read does not hold a call up for ever', async () => {
  const { clock } = jumpingClock();
  let runs = 0;
  const refresher: Refresher = new Refresher(clock, async () => {
    runs += 1;
    refresher.request();
  });
  refresher.request();
  await refresher.settle();
  assert.equal(runs, 2);
  refresher.stop();
});
