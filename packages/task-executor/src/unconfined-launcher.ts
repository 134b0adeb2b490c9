import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import type { SandboxedProcess, SandboxLauncher, SandboxSpec } from '@bakerst/shared/sandbox';
import { checkSandboxSpec } from './check-sandbox-spec.ts';
import { taskExecutorError } from './errors.ts';
import { signalGroup, stopProcess } from './stop-process.ts';

export interface UnconfinedLauncherOptions {
  /** `PATH` of the program: where commands without a slash are looked up. */
  readonly searchPath: string;
  readonly home?: string;
}

/**
 * Starts plain children without walls: they can read whatever the brain's user can. Only for servers that the
 * configuration file marks `unconfined: true`. The environment still is only what was given.
 */
export function createUnconfinedLauncher(options: UnconfinedLauncherOptions): SandboxLauncher {
  return {
    probe: async () => ({ available: true, detail: 'unconfined: a plain child process without walls' }),
    launch: (spec) => startPlain(spec, options),
  };
}

async function startPlain(spec: SandboxSpec, options: UnconfinedLauncherOptions): Promise<SandboxedProcess> {
  checkSandboxSpec(spec);
  const home = options.home ?? homedir();
  const child = spawn(spec.command, [...spec.args], {
    cwd: home,
    env: { HOME: home, LANG: 'C.UTF-8', PATH: options.searchPath, ...spec.env },
    detached: true,
    stdio: 'pipe',
  });
  const exited: SandboxedProcess['exited'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  child.stdin.on('error', () => child.stdin.destroy());
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) => reject(notStarted(spec, cause)));
  });
  let stopping: Promise<void> | undefined;
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    pid,
    exited,
    stop: (graceMs) => {
      stopping ??= stopProcess({
        exited,
        graceMs,
        terminate: () => child.exitCode === null && child.signalCode === null && signalGroup(pid, 'SIGTERM'),
        // Also after the leader is gone: what it started in its group goes with it.
        kill: () => void signalGroup(pid, 'SIGKILL'),
      });
      return stopping;
    },
  };
}

function notStarted(spec: SandboxSpec, cause: Error) {
  return taskExecutorError({
    code: 'sandbox_start_failed',
    message: `${spec.name} did not start: ${spec.command} cannot be run (${'code' in cause ? String(cause.code) : 'unknown error'}).`,
    remedy: 'Install it, or write `command` as the absolute path of an executable file.',
    cause,
  });
}
