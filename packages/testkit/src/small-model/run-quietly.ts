import { spawn } from 'node:child_process';

const KEPT_CHARS = 4_000;

/** Runs a program to its end. Returns undefined where it succeeded, otherwise one line about why not. */
export function runQuietly(
  command: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    let tail = '';
    const keep = (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-KEPT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve(`${command} cannot be started: ${error.message}`));
    child.on('close', (code) => resolve(code === 0 ? undefined : `${command} failed: ${lastLine(tail)}`));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() || 'without a word';
}
