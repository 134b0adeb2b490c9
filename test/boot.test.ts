import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ConversationPage } from '@bakerst/shared/api/conversations';
import { ROOT, startBrainProcess, temporaryFolder } from './running/brain-process.ts';
import { ask } from './running/talk.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a script of the project to its end with almost nothing in its environment. */
function run(args: readonly string[], home: string): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      BAKERST_HOME: home,
      OLLAMA_HOST: 'http://127.0.0.1:9',
    };
    execFile(process.execPath, [...args], { cwd: ROOT, env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err });
    });
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isTrue()) {
    assert.ok(Date.now() < deadline, 'it did not happen in time');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

describe('the brain', () => {
  test('starts with a minimal environment, answers its health check, and stops cleanly on SIGTERM', async (t) => {
    const brain = await startBrainProcess(t);
    const health = await fetch(`${brain.origin}/healthz`);
    assert.equal(health.status, 200);
    // The greeting follows readiness by a moment.
    await until(() => /http:\/\/127\.0\.0\.1:\d+\/login#code=/.test(brain.output()));
    assert.ok(existsSync(join(brain.home, 'brain.json')));
    assert.equal(await brain.end('SIGTERM'), 0);
    assert.equal(existsSync(join(brain.home, 'brain.json')), false);
    await assert.rejects(fetch(`${brain.origin}/healthz`));
  });

  test('says the same version of itself everywhere, to the agent too', async (t) => {
    const brain = await startBrainProcess(t);
    const { version } = (await (await brain.call('/api/v1/status')).json()) as { version: string };
    const { text } = await ask(brain, 'tell me about this system');
    assert.match(text, new RegExp(`"bakerStreet": "${version.replaceAll('.', '\\.')}"`));
  });

  test('stops cleanly on Ctrl-C and goes on at the second start', async (t) => {
    const first = await startBrainProcess(t);
    const sent = await first.call('/api/v1/messages', {
      method: 'POST',
      headers: { prefer: 'wait=20' },
      body: JSON.stringify({ parts: [{ type: 'words', text: 'What time is it?' }] }),
    });
    assert.equal(sent.status, 200);
    assert.equal(await first.end('SIGINT'), 0);
    const second = await startBrainProcess(t, { after: first });
    const list = ConversationPage.parse(await (await second.call('/api/v1/conversations')).json());
    assert.equal(list.items.length, 1);
  });

  test('says in one line what is wrong and what to do, and ends with a failure', async (t) => {
    const home = await temporaryFolder(t);
    const main = 'services/brain/src/main.ts';
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => taken.once('listening', ready));
    t.after(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const broken = join(home, 'broken.json');
    await writeFile(broken, '{ "server": ', { mode: 0o600 });
    const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['a port in use', ['--home', home, '--port', port], new RegExp(port)],
      ['a data folder that cannot be one', ['--home', join(broken, 'inside')], /broken\.json/],
      ['a data folder where none can be made', ['--home', '/proc/nowhere'], /\/proc\/nowhere/],
      ['a broken configuration file', ['--home', home, '--config', broken], /broken\.json/],
      ['a missing configuration file', ['--home', home, '--config', `${home}/none.json`], /none\.json/],
    ];
    for (const [what, args, expected] of cases) {
      const ended = await run([main, ...args], home);
      assert.notEqual(ended.code, 0, what);
      const errors = ended.err.split('\n').filter((line) => line.startsWith('error: '));
      assert.equal(errors.length, 1, `${what}: ${ended.err}`);
      assert.match(errors[0] ?? '', expected, what);
      assert.doesNotMatch(ended.err, /\n\s+at /, what);
    }
  });
});

describe('the scripts', () => {
  test('each explains itself with --help and does nothing else', async (t) => {
    const home = await temporaryFolder(t);
    for (const script of ['start', 'test', 'check']) {
      const { code, out } = await run([`scripts/${script}.ts`, '--help'], home);
      assert.equal(code, 0, script);
      assert.match(out, new RegExp(`^npm (run )?${script}`), script);
      assert.match(out, /--help/, script);
    }
    assert.equal(existsSync(join(home, 'config.json')), false);
  });
});
