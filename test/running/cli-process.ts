import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './brain-process.ts';

export interface CliRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly durationMs: number;
}

/** Runs `bakerst` as a person would, on a data folder; nothing of this machine's settings leaks in. */
export function bakerst(
  home: string,
  args: readonly string[],
  options: {
    readonly stdin?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Presses Ctrl-C when it resolves. */
    readonly interruptWhen?: Promise<unknown>;
  } = {},
): Promise<CliRun> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'packages/cli/bin/bakerst.js'), ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', HOME: home, BAKERST_HOME: home, ...options.env },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    options.interruptWhen?.then(() => child.kill('SIGINT'), reject);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err, durationMs: performance.now() - startedAt }));
    child.stdin.end(options.stdin ?? '');
  });
}
