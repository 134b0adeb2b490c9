import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { SmallModel } from './prepare-small-model.ts';
import { ServerLogEntry } from './server-log.ts';

export interface RunningSmallModel {
  /** `http://127.0.0.1:<port>`; Chat Completions under `/v1`. */
  readonly origin: string;
  readonly model: string;
  /** What it was asked so far and what came of it, oldest first. */
  readonly log: readonly ServerLogEntry[];
  close(): Promise<void>;
}

export interface SmallModelOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** The window, at most 8,192. */
  readonly contextTokens?: number;
}

type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

const MODEL = 'smollm2-135m';
const START_TIMEOUT_MS = 60_000;

/**
 * Serves the small model behind Chat Completions on loopback, in a process that ends with this one at the latest.
 * Rejects where it ends before it listens.
 */
export async function startSmallModel(
  { runtime, weights }: Extract<SmallModel, { outcome: 'ready' }>,
  { port = 0, contextTokens = 2_048 }: SmallModelOptions = {},
): Promise<RunningSmallModel> {
  const files = ['--runtime', runtime, '--weights', weights];
  const settings = ['--name', MODEL, '--context', `${contextTokens}`, '--port', `${port}`];
  const program = join(import.meta.dirname, 'serve.ts');
  const child = spawn(process.execPath, [program, ...files, ...settings], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: dirname(weights) },
  });
  const log: ServerLogEntry[] = [];
  const listening = await untilListening(child, log);
  return {
    origin: `http://127.0.0.1:${listening}`,
    model: MODEL,
    log,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Keeps the log, and resolves with the port. */
function untilListening(child: ServerProcess, log: ServerLogEntry[]): Promise<number> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = ServerLogEntry.parse(JSON.parse(line));
      if (entry.event === 'listening') {
        clearTimeout(timer);
        resolve(entry.port);
      } else log.push(entry);
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`The server of the small model ended before it listened: ${said.trim()}`));
    });
  });
}
