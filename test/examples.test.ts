import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT, startBrainProcess } from './running/brain-process.ts';

const run = promisify(execFile);

test('every example runs against a fresh brain and finds its own result right', {
  timeout: 90_000,
}, async (t) => {
  const brain = await startBrainProcess(t);
  const env = { PATH: process.env.PATH ?? '', BAKERST_URL: brain.origin, BAKERST_TOKEN: await brain.token() };
  const examples = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'));
  assert.ok(examples.length >= 2);
  for (const example of examples) {
    const { stdout } = await run(process.execPath, [join('examples', example)], {
      cwd: ROOT,
      env,
      timeout: 30_000,
    });
    assert.notEqual(stdout.trim(), '', example);
  }
});
