import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Serves a small real language model for tests and for trying things out; `--help` tells all. It lives in the testkit. */
const PROGRAM = resolve(import.meta.dirname, '../packages/testkit/src/small-model/main.ts');

const child = spawn(process.execPath, [PROGRAM, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
