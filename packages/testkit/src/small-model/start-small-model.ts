import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { SmallModel } from './prepare-small-model.ts';

export interface RunningSmallModel {
  /** `http://127.0.0.1:<port>`; Chat Completions under `/v1`. */
  readonly origin: string;
  readonly model: string;
  close(): Promise<void>;
}

const MODEL = 'smollm2-135m';
const START_TIMEOUT_MS = 120_000;

/** Serves the small model behind Chat Completions on loopback. Rejects where the server ends before it listens. */
export async function startSmallModel(
  { python, weights }: Extract<SmallModel, { outcome: 'ready' }>,
  port = 0,
): Promise<RunningSmallModel> {
  const settings = ['--host', '127.0.0.1', '--port', String(port), '--n_ctx', '2048', '--n_threads', '2'];
  const args = ['-m', 'llama_cpp.server', '--model', weights, '--model_alias', MODEL, ...settings];
  const child = spawn(python, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: dirname(weights), PYTHONUNBUFFERED: '1' },
  });
  const origin = await listeningAt(child);
  return {
    origin,
    model: MODEL,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The server names its address on stderr once it listens. */
function listeningAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
    }, START_TIMEOUT_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-8_000);
      const address = /running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`the model server ended before it listened: ${said.trim().split('\n').at(-1)}`));
    });
  });
}
