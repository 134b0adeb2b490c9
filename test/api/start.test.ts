import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import { ROOT, startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import { scriptedModel } from '../running/scripted-models.ts';
import { newConversation, readTurn, send, stepsOf, until, untilOver } from '../running/talk.ts';

interface Refused {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the program where it cannot start, and waits until it has said so. */
function refusedStart(
  home: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Refused> {
  const all = ['services/brain/src/main.ts', '--home', home, '--port', '0', ...args];
  const options = {
    cwd: ROOT,
    timeout: 20_000,
    env: { PATH: process.env.PATH ?? '', HOME: home, OLLAMA_HOST: 'http://127.0.0.1:9', ...env },
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, options, (_error, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}

/** Exit code 1, one line that says what is wrong and where, what to do, no stack, nothing on stdout. */
function assertOneClearLine({ code, out, err }: Refused, expected: RegExp): void {
  assert.equal(code, 1, err);
  assert.equal(out, '');
  const lines = err.trimEnd().split('\n');
  assert.equal(lines.length, 1, err);
  assert.match(lines[0] ?? '', /^error: /);
  assert.match(lines[0] ?? '', expected);
}

async function configured(t: TestContext, config: string | object): Promise<string> {
  const home = await temporaryFolder(t);
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(home, 'config.json'), text, { mode: 0o600 });
  return home;
}

describe('a start that cannot succeed says so in one line with a remedy', { concurrency: 2 }, () => {
  it('where the port is taken', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    t.after(() => other.close());
    const address = other.address();
    assert.ok(typeof address === 'object' && address);
    const home = await configured(t, {});
    const ended = await refusedStart(home, ['--port', `${address.port}`]);
    assertOneClearLine(ended, new RegExp(`${address.port}.*(--port|BAKERST_PORT|server\\.port)`));
    assert.equal(existsSync(join(home, 'brain.json')), false);
  });

  it('where the data folder is a file, or lies below one', async (t) => {
    const file = join(await temporaryFolder(t), 'file');
    await writeFile(file, '');
    for (const home of [file, join(file, 'inside')])
      assertOneClearLine(await refusedStart(home), /file.*BAKERST_HOME/);
  });

  it('where the configuration file is broken, with line and column', async (t) => {
    const home = await configured(t, '{\n  "server": { "port": 1 },\n  "tools": \n}\n');
    assertOneClearLine(await refusedStart(home), /config\.json:4:1 /);
  });

  it('where a setting is unknown, with the name that was probably meant', async (t) => {
    const home = await configured(t, { budget: { monthlyLimitUsdd: 5 } });
    assertOneClearLine(await refusedStart(home), /monthlyLimitUsdd.*monthlyLimitUsd\b/);
  });

  it('where a value is wrong, in the file or in the environment', async (t) => {
    const home = await configured(t, { limits: { concurrentTurns: 0 } });
    assertOneClearLine(await refusedStart(home), /limits\.concurrentTurns/);
    const empty = await configured(t, {});
    const ended = await refusedStart(empty, [], { BAKERST_MONTHLY_LIMIT_USD: 'much' });
    assertOneClearLine(ended, /BAKERST_MONTHLY_LIMIT_USD/);
  });

  it('where a role names a model that is unknown or has no price', async (t) => {
    const unknown = await configured(t, { models: { roles: { agent: ['anthropic/claude-nothing'] } } });
    assertOneClearLine(await refusedStart(unknown), /claude-nothing/);
  });

  it('where everybody may write the configuration file', async (t) => {
    const home = await configured(t, {});
    await chmod(join(home, 'config.json'), 0o666);
    assertOneClearLine(await refusedStart(home), /chmod o-w/);
  });

  it('where an option is not known', async (t) => {
    const home = await configured(t, {});
    assertOneClearLine(await refusedStart(home, ['--prot', '1']), /--prot.*--port/);
    assertOneClearLine(await refusedStart(home, ['--host']), /--host/);
    assertOneClearLine(await refusedStart(home, ['stray']), /stray/);
  });

  it('where another brain has the data folder, which goes on undisturbed', async (t) => {
    const brain = await startBrainProcess(t);
    assertOneClearLine(await refusedStart(brain.home), /(in use|another|already)/i);
    assert.equal((await brain.call('/api/v1/me')).status, 200);
    const { pid } = JSON.parse(await readFile(join(brain.home, 'brain.json'), 'utf8')) as { pid: number };
    assert.equal(pid, brain.pid);
  });

  it('where the database is damaged', async (t) => {
    const home = await configured(t, {});
    await writeFile(join(home, 'bakerst.db'), 'this is no database, '.repeat(500));
    assertOneClearLine(await refusedStart(home), /database is damaged.*bakerst restore/);
  });

  it('where the folder of the prompts is missing', async (t) => {
    const home = await configured(t, { agent: { operatingSystem: '/nowhere' } });
    assertOneClearLine(await refusedStart(home), /\/nowhere/);
  });
});

describe('a start and a stop', { concurrency: 2 }, () => {
  it('is not kept by a running turn, which the next start takes up by itself', async (t) => {
    const never = new Promise<void>(() => undefined);
    const model = await scriptedModel(t, ({ number }) =>
      number < 3 ? say('Not yet', { gate: { afterEvents: 2, open: never } }) : say('Now it is.'),
    );
    const brain = await startBrainProcess(t, { config: model.config });
    const { id: conversation } = await newConversation(brain);
    const turns = [
      await send(brain, 'One', { conversation }),
      await send(brain, 'Two', { conversation }),
      await send(brain, 'Elsewhere'),
      await send(brain, 'Somewhere else'),
    ];
    await until('three turns run', () => (model.asked().length === 3 ? true : undefined));
    const from = performance.now();
    assert.equal(await brain.end('SIGTERM'), 0);
    const tookMs = performance.now() - from;
    assert.ok(tookMs < 9_000, `it took ${Math.round(tookMs)} ms`);
    const next = await startBrainProcess(t, { after: brain });
    // Nobody asks for them: they go on by themselves.
    const over = await Promise.all(turns.map(({ turn }) => untilOver(next, turn.id)));
    assert.deepEqual(
      over.map(({ status }) => status),
      turns.map(() => 'completed'),
    );
    const answered = await Promise.all(turns.map(({ turn }) => readTurn(next, turn.id)));
    assert.ok(answered.every((turn) => stepsOf(turn, 'turn_ended').length === 1));
    const status = (await (await next.call('/api/v1/status')).json()) as {
      turns: object;
      budget: { reservedMicros: number };
    };
    assert.deepEqual(status.turns, { queued: 0, running: 0, parked: 0 });
    assert.equal(status.budget.reservedMicros, 0, 'no hold is left');
  });

  it('refuses new messages while it stops, with a remedy, and ends at once at a second signal', async (t) => {
    const model = await scriptedModel(t, [{ kind: 'hang' }, { kind: 'hang' }]);
    const brain = await startBrainProcess(t, { config: model.config });
    const { turn } = await send(brain, 'Hang on.');
    await until('it runs', () => (model.asked().length === 1 ? true : undefined));
    process.kill(brain.pid, 'SIGTERM');
    await until('it says that it stops', () => (/Stopping/.test(brain.output()) ? true : undefined));
    const from = performance.now();
    assert.equal(await brain.end('SIGTERM'), 130);
    assert.ok(performance.now() - from < 2_000);
    const next = await startBrainProcess(t, { after: brain });
    assert.equal((await readTurn(next, turn.id)).status === 'failed', false, 'it is not lost');
  });

  it('stops cleanly also where the signal comes before it has greeted', async (t) => {
    const home = await configured(t, {});
    for (const printed of [0, 1]) {
      const child = spawn(process.execPath, ['services/brain/src/main.ts', '--home', home, '--port', '0'], {
        cwd: ROOT,
        env: { PATH: process.env.PATH ?? '', HOME: home, OLLAMA_HOST: 'http://127.0.0.1:9' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      t.after(() => child.kill('SIGKILL'));
      const exited = new Promise((gone) => child.once('exit', gone));
      // The lock is taken early in the start; the greeting is its end.
      if (printed === 0)
        await until('it opens', () => (existsSync(join(home, 'bakerst.db.pid')) ? true : undefined));
      else await new Promise((said) => child.stdout.once('data', said));
      child.kill('SIGTERM');
      assert.equal(await exited, 0);
      assert.equal(existsSync(join(home, 'brain.json')), false);
    }
  });

  it('makes a private data folder and one login link, and a start in the same folder keeps the token', async (t) => {
    const home = join(await temporaryFolder(t), 'new', 'folder');
    await mkdir(join(home, '..'), { recursive: true });
    const brain = await startBrainProcess(t, { home });
    const token = await brain.token();
    assert.equal(await brain.end('SIGINT'), 0);
    const next = await startBrainProcess(t, { after: brain });
    assert.equal(await next.token(), token);
    assert.equal((await next.call('/api/v1/me')).status, 200);
  });
});
