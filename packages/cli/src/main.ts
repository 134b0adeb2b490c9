import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { ApiClient } from './api-client.ts';
import type { CliParts, CommandInput } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { cliError } from './errors.ts';
import { createHttpDoor } from './http-door.ts';
import { chooseProfile, type Profile } from './profile.ts';
import { runCli } from './run-cli.ts';
import { createTerminal, wantsColour } from './terminal.ts';

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('stopped by Ctrl-C')));
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const terminal = createTerminal(process, {
  colour: wantsColour(process.env) && !process.argv.includes('--no-colour'),
});

process.exitCode = await runCli(process.argv.slice(2), {
  commands: COMMANDS,
  terminal,
  signal: interrupt.signal,
  partsFor,
});

function partsFor(input: CommandInput): CliParts {
  const url = input.text('url');
  const tokenFile = input.text('token-file');
  const home = input.text('home');
  const profile = chooseProfile({
    env: process.env,
    userHome: homedir(),
    allowHttp: input.flag('allow-http'),
    isAlive,
    ...(url === undefined ? {} : { url }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(home === undefined ? {} : { home }),
  });
  const checkout = resolve(import.meta.dirname, '../../..');
  return {
    terminal,
    profile,
    stdin: process.stdin,
    env: process.env,
    now: Date.now,
    newKey: randomUUID,
    signal: interrupt.signal,
    version: readVersion(),
    api: () => openClient(profile),
    ...(existsSync(resolve(checkout, 'scripts/start.ts')) ? { checkout } : {}),
  };
}

function openClient(profile: Profile): ApiClient {
  if (profile.url === undefined) {
    throw cliError({
      code: 'cli_unreachable',
      message: `There is no brain to talk to: ${profile.whyNot}.`,
      remedy: 'Start it with `bakerst up`, or name another with --url.',
    });
  }
  const { url: baseUrl, token } = profile;
  return new ApiClient(createHttpDoor({ baseUrl, token, fetch, signal: interrupt.signal }), baseUrl);
}

/** A process of somebody else (EPERM) is not our brain. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // Every refusal means the same here: no brain of ours has this pid.
    return false;
  }
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'));
  return String(Object(manifest).version);
}
