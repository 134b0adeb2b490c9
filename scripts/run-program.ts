import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export interface ProgramResult {
  readonly ok: boolean;
  readonly output: string;
  readonly durationMs: number;
}

/** Runs a program to its end and keeps what it printed; one that cannot be started is a failed result. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
  },
): Promise<ProgramResult> {
  const startedAt = performance.now();
  const signals = [
    options.signal,
    options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs),
  ];
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: withLocalPrograms(options.cwd, options.env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any(signals.filter((signal) => signal !== undefined)),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const finish = (ok: boolean, note = '') =>
      resolve({
        ok,
        output: Buffer.concat(chunks).toString('utf8') + note,
        durationMs: performance.now() - startedAt,
      });
    child.on('error', (error) => finish(false, `${command}: ${error.message}\n`));
    child.on('close', (code) => finish(code === 0));
  });
}

/** `node_modules/.bin` first, as npm does: its `node` is the one this project runs on. */
function withLocalPrograms(cwd: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [join(cwd, 'node_modules', '.bin'), env.PATH ?? ''].join(delimiter) };
}
