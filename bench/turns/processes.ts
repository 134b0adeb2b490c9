import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Started {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The scripted model server in a process of its own, answering at once. */
export function startModel(): Promise<Started> {
  return startWithOrigin([
    'packages/testkit/src/model-servers/main.ts',
    '--reply',
    'Hello there, how are you?',
  ]);
}

/** The bare-node floor: the same message made durable with one fdatasync, then the same model call, and nothing else. */
export function startFloor(model: string, folder: string): Promise<Started> {
  return startWithOrigin(['bench/turns/floor.ts', model, folder]);
}

async function startWithOrigin(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { origin } = JSON.parse(line) as { origin: string };
    return { origin, pid: child.pid ?? 0, stop: () => stop(child) };
  }
  throw new Error(`${args[0]} ended before it listened.`);
}

export interface Brain extends Started {
  readonly home: string;
  readonly token: string;
  /** From the start of the process to the first 200 of `/readyz`. */
  readonly readyMs: number;
}

export interface BrainOptions {
  readonly model: string;
  readonly home?: string;
  readonly compileCache: string;
}

export async function startBrain({ model, home = newFolder(), compileCache }: BrainOptions): Promise<Brain> {
  writeFileSync(join(home, 'config.json'), JSON.stringify(configFor(model)), { mode: 0o600 });
  const port = await freePort();
  const from = performance.now();
  // As `npm start` does it.
  const flags = ['--max-semi-space-size=4'];
  const child = spawn(
    process.execPath,
    [...flags, 'services/brain/src/main.ts', '--home', home, '--port', `${port}`],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache },
    },
  );
  const origin = `http://127.0.0.1:${port}`;
  while (!(await isReady(origin))) {
    if (child.exitCode !== null) throw new Error('The brain ended before it was ready.');
    await new Promise((wake) => setTimeout(wake, 3));
  }
  const readyMs = performance.now() - from;
  const token = readFileSync(join(home, 'cli-token'), 'utf8').trim();
  return { origin, pid: child.pid ?? 0, home, token, readyMs, stop: () => stop(child) };
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'bakerst-bench-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Proportional set size in MiB: what the process really adds to the machine. */
export function pssMiB(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Math.round(Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 102.4) / 10;
}

function configFor(model: string) {
  const price = { input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite: 1_250_000 };
  const ref = 'bench/model';
  return {
    providers: { bench: { type: 'openai-compatible', baseUrl: `${model}/v1` } },
    models: {
      roles: { agent: [ref] },
      catalog: { [ref]: { contextWindow: 128_000, maxOutputTokens: 4_096, tools: true, price } },
    },
    budget: { monthlyLimitUsd: 100_000 },
    limits: { requestsPerMinute: 1_000_000 },
  };
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/readyz`)).status === 200;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve_) => child.once('exit', resolve_));
  child.kill('SIGTERM');
  await gone;
}
