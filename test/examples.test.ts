import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { type BrainProcess, ROOT, startBrainProcess, temporaryFolder } from './running/brain-process.ts';
import { openConsole } from './running/console-session.ts';

const run = promisify(execFile);

/** The rule that one of the examples tells its reader to write. */
const POLICY = `version: 1
rules:
  - name: look-at-this-note
    when: tool == "write_note" && args.title == "decided"
    verdict: ask
    message: A person looks at notes of this title.
`;

async function approverToken(brain: BrainProcess): Promise<string> {
  const session = await openConsole(brain);
  const body = JSON.stringify({ name: 'decides', scopes: ['approve'] });
  const made = await session.call('/api/v1/tokens', { method: 'POST', body });
  return ((await made.json()) as { readonly secret: string }).secret;
}

test('every example runs against a fresh brain and finds its own result right', {
  timeout: 90_000,
}, async (t) => {
  const home = await temporaryFolder(t);
  await writeFile(join(home, 'policy.yaml'), POLICY, { mode: 0o600 });
  const brain = await startBrainProcess(t, { home });
  const env = {
    PATH: process.env.PATH ?? '',
    BAKERST_URL: brain.origin,
    BAKERST_TOKEN: await brain.token(),
    BAKERST_APPROVER_TOKEN: await approverToken(brain),
  };
  const examples = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'));
  assert.ok(examples.length >= 3);
  for (const example of examples) {
    const { stdout } = await run(process.execPath, [join('examples', example)], {
      cwd: ROOT,
      env,
      timeout: 30_000,
    });
    assert.notEqual(stdout.trim(), '', example);
  }
});
