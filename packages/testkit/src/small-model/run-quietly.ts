import { spawn } from 'node:child_process';

const KEPT_CHARS = 4_000;

/**
 * Runs a program to its end; an abort kills it. Returns undefined where it succeeded, otherwise one line about why not.
 */
export function runQuietly(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (options.signal.aborted) return resolve(`${command} was not started: there was no time left`);
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
      killSignal: 'SIGKILL',
    });
    let tail = '';
    const keep = (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-KEPT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // An abort is an error too, but only the end means that it writes no more.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(`${command} cannot be started: ${error.message}`);
    });
    child.on('close', (code) => {
      if (options.signal.aborted) resolve(`${command} was stopped before its end`);
      else resolve(code === 0 ? undefined : `${command} failed: ${complaintIn(tail)}`);
    });
  });
}

/** npm closes with where its log is, pip with news about itself: the complaint stands first among the errors. */
function complaintIn(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complaints = lines.filter((line) => /error/i.test(line) && !/error code|complete log/i.test(line));
  return complaints.at(0) ?? lines.at(-1) ?? 'without a word';
}
