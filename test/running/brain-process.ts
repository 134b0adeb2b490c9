import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface BrainProcess {
  readonly home: string;
  readonly origin: string;
  readonly pid: number;
  /** Everything printed so far. */
  readonly output: () => string;
  /** Token of the CLI: every scope but `approve`. */
  token(): Promise<string>;
  /** A path of the API as the CLI's owner. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Ends it with that signal and resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface BrainSetup {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Data folder; default: a temporary one. */
  readonly home?: string;
  /** Goes on in the data folder and on the port of an earlier one. */
  readonly after?: BrainProcess;
}

/** A data folder that goes with the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the real program on loopback and waits until it is ready; it ends with the test. */
export async function startBrainProcess(t: TestContext, setup: BrainSetup = {}): Promise<BrainProcess> {
  const home = setup.after?.home ?? setup.home ?? (await temporaryFolder(t));
  if (setup.config) await writeFile(join(home, 'config.json'), JSON.stringify(setup.config), { mode: 0o600 });
  const port = setup.after ? Number(new URL(setup.after.origin).port) : await freePort();
  const brain = launch({ home, port, env: setup.env ?? {} });
  t.after(() => brain.end('SIGKILL'));
  await untilReady(brain);
  return brain;
}

function launch({
  home,
  port,
  env,
}: {
  readonly home: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}): BrainProcess {
  const child = spawn(process.execPath, ['services/brain/src/main.ts', '--home', home, '--port', `${port}`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of the machine's keys or settings leaks into a test.
    env: { PATH: process.env.PATH ?? '', HOME: home, OLLAMA_HOST: 'http://127.0.0.1:9', ...env },
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const origin = `http://127.0.0.1:${port}`;
  const token = async () => (await readFile(join(home, 'cli-token'), 'utf8')).trim();
  return {
    home,
    origin,
    pid: child.pid ?? 0,
    output: () => Buffer.concat(printed).toString('utf8'),
    token,
    call: async (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${await token()}`);
      if (typeof init.body === 'string') headers.set('content-type', 'application/json');
      return fetch(`${origin}${path}`, { ...init, headers });
    },
    end: (signal = 'SIGTERM') => end(child, signal),
  };
}

async function untilReady(brain: BrainProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const ready = await fetch(`${brain.origin}/readyz`).then(
      (response) => response.status === 200,
      () => false,
    );
    if (ready) return;
    if (/^error: /m.test(brain.output())) break;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  throw new Error(`The brain did not become ready:\n${brain.output()}`);
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((gone) => {
    child.once('exit', (code) => gone(code));
    child.kill(signal);
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No free port.');
  return address.port;
}
