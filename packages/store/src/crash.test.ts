import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Store } from '@bakerst/shared/store';
import { openSqliteStore } from './open-sqlite-store.ts';
import type { Report } from './testing/crash-child.ts';
import { accessOf } from './testing/scenario.ts';
import { temporaryFolder } from './testing/temporary-store.ts';

/** More runs for a longer look: BAKERST_CRASH_RUNS=500 node --test packages/store/src/crash.test.ts */
const RUNS = Number(process.env.BAKERST_CRASH_RUNS ?? '30');
const CHILD = join(import.meta.dirname, 'testing', 'crash-child.ts');

test(`after ${RUNS} kills at any moment everything promised is there and nothing is half there`, async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const promised = new Map<string, Report>();
  const random = randomFrom(20_261_123);
  for (let run = 0; run < RUNS; run += 1) {
    const child = fork(CHILD, [file, `${1 + Math.floor(random() * 8)}`], { stdio: 'ignore' });
    child.on('message', (report: Report) => promised.set(report.turn, report));
    await killAfter(child, Math.floor(random() * 60), random() * 15);
    if (run % 5 === 4 || run === RUNS - 1) await check(file, promised);
  }
  assert(promised.size > RUNS, `only ${promised.size} turns were promised`);
  t.diagnostic(`${promised.size} turns promised over ${RUNS} kills`);
});

/** After so many reports and then some milliseconds, wherever it is by then. */
async function killAfter(child: ChildProcess, reports: number, ms: number): Promise<void> {
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    child.on('message', () => {
      seen += 1;
      if (seen === reports + 1) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The child ended by itself with ${code}.`)));
  });
  child.removeAllListeners('exit');
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function check(file: string, promised: ReadonlyMap<string, Report>): Promise<void> {
  const store = await openSqliteStore({ file });
  try {
    assert.equal((await store.health()).ok, true);
    let spent = 0;
    for (const report of promised.values()) spent += checkTurn(store, report);
    assert(store.readBudget('g').spentMicros >= spent);
    const held = store.listHolds().reduce((sum, { micros }) => sum + micros, 0);
    assert.equal(store.readBudget('g').reservedMicros, held);
  } finally {
    await store.close();
  }
}

/** Returns what the turn has spent for certain. */
function checkTurn(store: Store, { turn, seq, principal }: Report): number {
  const access = accessOf(principal);
  const record = store.readTurn(access, turn);
  const steps = store.readSteps(access, turn);
  assert(record.seq >= seq, `${turn} promised ${seq}, holds ${record.seq}`);
  assert.deepEqual(
    steps.map((step) => step.seq),
    Array.from({ length: record.seq }, (_, index) => index + 1),
  );
  // model_ended and turn_ended are one unit: never the one without the other.
  assert.notEqual(record.seq, 3);
  assert.equal(record.status === 'completed', record.seq === 4);
  assert.equal(record.costMicros, record.seq === 4 ? 7 : 0);
  return seq === 4 ? 7 : 0;
}

/** mulberry32: the same kills in every run of the test. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
