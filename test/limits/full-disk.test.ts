import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Problem } from '@bakerst/shared/api/problem';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';

const run = promisify(execFile);

/** A small file system of its own, or why there can be none. */
async function smallDisk(t: TestContext): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-disk-'));
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=0700', 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  t.after(async () => {
    if (mounted) await run('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return mounted ? folder : undefined;
}

async function fill(folder: string): Promise<string> {
  const filler = join(folder, 'filler');
  const { bavail, bsize } = await statfs(folder);
  await writeFile(filler, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
    assert.equal(error.code, 'ENOSPC');
  });
  return filler;
}

const words = (text: string) => JSON.stringify({ parts: [{ type: 'words', text }] });
const post = (brain: BrainProcess, text: string, key: string) =>
  brain.call('/api/v1/messages', {
    method: 'POST',
    body: words(text),
    headers: { 'idempotency-key': key, prefer: 'wait=5' },
  });

test('a full disk refuses new messages with a remedy, keeps what was accepted, and heals by itself', {
  timeout: 60_000,
}, async (t) => {
  const folder = await smallDisk(t);
  if (!folder) return t.skip('needs mount: run as root, to make a small file system');
  const brain = await startBrainProcess(t, { home: folder });
  const before = await post(brain, 'hello', 'k1');
  assert.equal(before.status, 200);
  const filler = await fill(folder);
  let refused: Response | undefined;
  for (let n = 0; n < 200 && !refused; n += 1) {
    const answer = await post(brain, `x`.repeat(20_000), `fill-${n}`);
    if (answer.status >= 500) refused = answer;
    await answer.clone().arrayBuffer();
  }
  assert.ok(refused, 'the disk is full');
  assert.match(refused.headers.get('content-type') ?? '', /problem\+json/);
  const problem = (await refused.json()) as Problem;
  assert.match(problem.code, /^store_/);
  assert.ok(problem.remedy);
  assert.equal((await brain.call('/healthz')).status, 200, 'the process lives');
  assert.equal((await brain.call('/api/v1/conversations')).status, 200, 'reading goes on');
  await rm(filler);
  const after = await post(brain, 'hello again', 'k2');
  assert.equal(after.status, 200, await after.clone().text());
  const again = (await (await post(brain, 'hello', 'k1')).json()) as { turn: { id: string } };
  assert.equal(again.turn.id, ((await before.json()) as { turn: { id: string } }).turn.id);
  assert.equal(await brain.end('SIGTERM'), 0);
});
