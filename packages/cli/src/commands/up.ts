import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { cliError } from '../errors.ts';

/** As in `npm start`: short-lived garbage gets 12 MiB rather than 96. */
const NODE_FLAGS = ['--max-semi-space-size=4'];

export const upCommand: Command = {
  path: ['up'],
  summary: 'start Baker Street in the foreground; Ctrl-C stops it cleanly',
  args: [
    { name: 'options', summary: 'options of the brain, after --: see `bakerst up -- --help`', many: true },
  ],
  options: {},
  examples: ['bakerst up', 'bakerst up -- --port 8080'],
  run(input, parts) {
    if (parts.checkout === undefined) {
      throw cliError({
        code: 'cli_local_problem',
        message: 'The platform is not beside this program.',
        remedy: 'Run it from a checkout: npm install && npm start.',
      });
    }
    const program = join(parts.checkout, 'scripts', 'start.ts');
    const child = spawn(process.execPath, [...NODE_FLAGS, program, ...input.args], {
      stdio: 'inherit',
      env: { ...parts.env, BAKERST_HOME: parts.profile.home },
    });
    // A terminal sends Ctrl-C to both: the brain drains, we wait for it.
    const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
    process.on('SIGTERM', forward);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        process.off('SIGTERM', forward);
        resolve(code ?? (signal === null ? 1 : 130));
      });
    });
  },
};
