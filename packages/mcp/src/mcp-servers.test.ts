import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { CodedError, isCoded } from '@bakerst/shared/coded-error';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { hostileServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { sandboxUnderTest } from '@bakerst/testkit/hostile-mcp/sandbox-under-test';
import type { McpClock } from './clock.ts';
import { poolUnderTest } from './testing/pool-under-test.ts';

const { confined, unconfined, folder, skip } = await sandboxUnderTest();
after(() => rm(folder, { recursive: true }));
/** Behaves; what is tested here is the pool. */
const settings = hostileServer('garbage');

/** A launcher that counts, around a real one. */
function counting(launcher: SandboxLauncher) {
  const names: string[] = [];
  const counted: SandboxLauncher = {
    probe: () => launcher.probe(),
    launch: (spec) => {
      names.push(spec.name);
      return launcher.launch(spec);
    },
  };
  return { names, launcher: counted };
}

const NO_SANDBOX: SandboxLauncher = {
  probe: async () => ({ available: false, detail: 'none', remedy: 'apt-get install bubblewrap' }),
  launch: () =>
    Promise.reject(
      new CodedError({
        code: 'sandbox_unavailable',
        message: 'No sandbox.',
        remedy: 'apt-get install bubblewrap',
      }),
    ),
};

const BACKOFF = { firstMs: 100, capMs: 1_000, healthyAfterMs: 60_000 };

/** Time that only the test moves; the half that chance adds is always whole. */
function steppedClock() {
  let now = 0;
  let wake: () => void = () => undefined;
  let told: () => void = () => undefined;
  const pauses: number[] = [];
  const clock: McpClock = {
    now: () => now,
    random: () => 1,
    after: (milliseconds, callback) => {
      pauses.push(milliseconds);
      wake = callback;
      told();
      return () => undefined;
    },
  };
  return {
    clock,
    pauses,
    wake: () => wake(),
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    nextPause: () =>
      new Promise<void>((resolve) => {
        told = resolve;
      }),
  };
}

test('applying starts what is new, stops what is gone, restarts what changed, and leaves the rest alone', {
  skip,
}, async () => {
  const { names, launcher } = counting(confined);
  await using pool = poolUnderTest({ confined: launcher });
  await pool.use({ a: settings, b: settings, c: settings });
  await Promise.all(['a', 'b', 'c'].map(pool.ready));
  const kept = pool.servers.sources().find(({ server }) => server === 'a');
  await pool.use({ a: settings, b: { ...settings, deadlineMs: 500 }, d: settings });
  await Promise.all(['a', 'b', 'd'].map(pool.ready));
  assert.deepEqual(names.toSorted(), ['mcp a', 'mcp b', 'mcp b', 'mcp c', 'mcp d']);
  assert.equal(
    pool.servers.sources().find(({ server }) => server === 'a'),
    kept,
  );
  assert.deepEqual(
    pool.servers
      .states()
      .map(({ server }) => server)
      .toSorted(),
    ['a', 'b', 'd'],
  );
  assert.equal(pool.tools('b')[0]?.deadlineMs, 500);
});

test('without a sandbox a server fails with the remedy, and nothing starts plain', async () => {
  const plain = counting(unconfined);
  await using pool = poolUnderTest({ confined: NO_SANDBOX, unconfined: plain.launcher });
  await pool.use({ a: settings });
  const { lastError, confinement } = await pool.until('a', ({ state }) => state === 'failed');
  assert.match(lastError ?? '', /apt-get install bubblewrap/);
  assert.equal(confinement, 'sandboxed');
  assert.deepEqual(plain.names, []);
});

test('only the configuration file can start a server unconfined, and its state says so', async () => {
  const plain = counting(unconfined);
  await using pool = poolUnderTest({ confined: NO_SANDBOX, unconfined: plain.launcher });
  const loose = { ...settings, unconfined: true };
  await pool.servers.apply({ a: { settings: loose, origin: 'runtime' } });
  const { lastError } = await pool.until('a', ({ state }) => state === 'failed');
  assert.match(lastError ?? '', /configuration file/);
  assert.deepEqual(plain.names, []);
  await pool.servers.apply({ a: { settings: loose, origin: 'file' } });
  assert.equal((await pool.ready('a')).confinement, 'unconfined');
  assert.equal(plain.names.length, 1);
});

test('a disabled server is listed and not started', async () => {
  const { names, launcher } = counting(confined);
  await using pool = poolUnderTest({ confined: launcher });
  await pool.use({ a: { ...settings, enabled: false } });
  assert.equal(pool.servers.states()[0]?.state, 'disabled');
  await pool.servers.restart('a');
  assert.deepEqual(names, []);
});

test('a secret that cannot be read keeps the server waiting and says which one', async () => {
  const missing = async (): Promise<string> => {
    throw new Error('no such variable');
  };
  await using pool = poolUnderTest({ confined, resolveSecret: missing });
  await pool.use({ a: { ...settings, env: { TOKEN: 'env:NOT_SET' } } });
  const { lastError } = await pool.until('a', ({ state }) => state === 'backing_off');
  assert.match(lastError ?? '', /env:NOT_SET.*TOKEN/);
});

test('restarting an unknown server is refused with a code', async () => {
  await using pool = poolUnderTest({ confined });
  await assert.rejects(pool.servers.restart('nobody'), (error) => isCoded(error, 'mcp_unknown_server'));
});

test('pauses between starts grow up to the cap, for ever, and restart ends one', async () => {
  const { clock, pauses, nextPause, wake } = steppedClock();
  const broken: SandboxLauncher = {
    probe: confined.probe,
    launch: () => Promise.reject(new Error('broken')),
  };
  await using pool = poolUnderTest({ confined: broken, clock, backoff: BACKOFF });
  let paused = nextPause();
  await pool.use({ a: settings });
  for (let count = 1; count <= 7; count += 1) {
    await paused;
    paused = nextPause();
    wake();
  }
  await paused;
  assert.deepEqual(pauses, [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000]);
  paused = nextPause();
  await pool.servers.restart('a');
  await paused;
  assert.equal(pauses.at(-1), 100);
});

test('a server that lived long enough starts again at the first pause', { skip }, async () => {
  const { clock, pauses, nextPause, wake, advance } = steppedClock();
  const pids: number[] = [];
  const watched: SandboxLauncher = {
    probe: confined.probe,
    launch: async (spec) => {
      const child = await confined.launch(spec);
      pids.push(child.pid);
      return child;
    },
  };
  await using pool = poolUnderTest({ confined: watched, clock, backoff: BACKOFF });
  await pool.use({ a: settings });
  for (const [life, pause] of [
    [0, 100],
    [0, 200],
    [60_000, 100],
    [0, 200],
  ] as const) {
    await pool.ready('a');
    advance(life);
    const paused = nextPause();
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    await paused;
    assert.equal(pauses.at(-1), pause);
    wake();
  }
});

test('closing stops every process, also one that is still starting', { skip }, async () => {
  const { names, launcher } = counting(confined);
  const pool = poolUnderTest({ confined: launcher, graceMs: 400 });
  await pool.use({ a: settings, slow: hostileServer('never-shakes-hands') });
  await pool.ready('a');
  await pool.servers.close();
  assert.equal(names.length, 2);
  assert.deepEqual(pool.servers.sources(), []);
});

test('restarting a server that hangs in its start does not wait for the handshake', { skip }, async () => {
  const launched = Promise.withResolvers<void>();
  const launcher: SandboxLauncher = {
    probe: () => confined.probe(),
    launch: async (spec) => {
      const child = await confined.launch(spec);
      launched.resolve();
      return child;
    },
  };
  await using pool = poolUnderTest({ confined: launcher, graceMs: 200 });
  await pool.use({ slow: hostileServer('never-shakes-hands') });
  await launched.promise;
  await pool.servers.restart('slow');
  await pool.until('slow', ({ restarts }) => restarts === 1);
});

test('a brain without MCP servers does not load the SDK', async () => {
  const hooked = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
    await import(${JSON.stringify(import.meta.resolve('./mcp-servers.ts'))});
    console.log(seen.filter((url) => url.includes('modelcontextprotocol')).length, seen.length > 5);
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', hooked], { encoding: 'utf8' });
  assert.equal(out.trim(), '0 true');
});
