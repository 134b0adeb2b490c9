import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../packages/store/src/open-sqlite-store.ts';
import { createScenario, type Scenario, trivialTurn } from '../packages/store/src/testing/scenario.ts';

/**
 * How fast the store commits, beside the floor of the same disk in the same run: an append of 4 KiB and its
 * fdatasync. Prints one JSON object. `node bench/store.ts [seconds per figure]`
 */
const seconds = Number(process.argv[2] ?? '2');
const folder = mkdtempSync(join(tmpdir(), 'bakerst-bench-'));

interface Figure {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

try {
  const floor = measureFloor();
  const file = join(folder, 'brain.db');
  const startedAt = performance.now();
  const store = await openSqliteStore({ file });
  const openMs = performance.now() - startedAt;
  const scenario = await createScenario(store);
  const commits: Record<number, Figure> = {};
  const turns: Record<number, Figure> = {};
  for (const callers of [1, 16, 64]) {
    commits[callers] = await measure(callers, () => oneCommit(scenario));
    turns[callers] = await measure(callers, () => trivialTurn(scenario));
  }
  await store.close();
  const bytes = statSync(file).size;
  console.log(JSON.stringify({ floor, openMs, commits, turns, bytes }, undefined, 2));
  const one = commits[1];
  if (one !== undefined)
    console.log(`one commit costs ${(one.p50Ms / floor.p50Ms).toFixed(2)} x the floor (p50)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function oneCommit({ store, ids, access }: Scenario): Promise<unknown> {
  const at = new Date().toISOString();
  const event = { v: 1 as const, type: 'auth.denied' as const, id: ids('auditEvent'), at, body: {} };
  return store.enqueueOutbox([{ ...event, actor: access.principal, onBehalfOf: access.principal }]);
}

function measureFloor(): Figure {
  const descriptor = openSync(join(folder, 'floor'), 'w');
  const block = Buffer.alloc(4096, 1);
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let at = performance.now(); at < end; ) {
    writeSync(descriptor, block);
    fdatasyncSync(descriptor);
    const done = performance.now();
    times.push(done - at);
    at = done;
  }
  closeSync(descriptor);
  return summarise(times, seconds);
}

async function measure(callers: number, work: () => Promise<unknown>): Promise<Figure> {
  const times: number[] = [];
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  const caller = async () => {
    while (performance.now() < end) {
      const at = performance.now();
      await work();
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return summarise(times, (performance.now() - startedAt) / 1_000);
}

function summarise(times: number[], took: number): Figure {
  times.sort((a, b) => a - b);
  const at = (share: number) => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(3));
  return { perSecond: Math.round(times.length / took), p50Ms: at(0.5), p99Ms: at(0.99) };
}
