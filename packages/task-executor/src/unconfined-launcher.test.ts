import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isCoded } from '@bakerst/shared/coded-error';
import { createUnconfinedLauncher } from './unconfined-launcher.ts';

const launcher = createUnconfinedLauncher({ searchPath: '/usr/bin:/bin', home: '/tmp' });
const SPEC = { name: 'plain', command: 'sh', args: [], env: {}, paths: [], network: true };

test('an unconfined program still gets only the environment it was given', async () => {
  const child = await launcher.launch({ ...SPEC, args: ['-c', 'env'], env: { GIVEN: 'yes' } });
  child.stderr.resume();
  const names = (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(names.toSorted(), ['GIVEN', 'HOME', 'LANG', 'PATH', 'PWD']);
  assert.deepEqual(await child.exited, { code: 0, signal: null });
});

test('stopping ends the whole group, also what ignores the polite signal', async () => {
  const marker = `7${process.pid}.5`;
  const child = await launcher.launch({
    ...SPEC,
    args: ['-c', `trap "" TERM; sleep ${marker} & echo up; while :; do sleep 0.05; done`],
  });
  child.stderr.resume();
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await child.stop(100);
  for (let left = 200; isRunning(marker); left -= 1) {
    assert.ok(left > 0, 'a process of the group is still there');
    await wait(20);
  }
});

test('a program that is not there is a failed start with a remedy', async () => {
  await assert.rejects(launcher.launch({ ...SPEC, command: '/nonexistent/program' }), (error) =>
    isCoded(error, 'sandbox_start_failed'),
  );
});

function isRunning(marker: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${marker}`);
    } catch {
      return false; // It ended since the folder was read.
    }
  });
}
