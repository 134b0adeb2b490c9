import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { SandboxedProcess } from '@bakerst/shared/sandbox';
import type { SandboxDescriptors } from './bubblewrap-arguments.ts';
import { taskExecutorError } from './errors.ts';
import { sendSignal, signalGroup, stopProcess } from './stop-process.ts';

export interface BubblewrapStart {
  readonly name: string;
  readonly bwrapPath: string;
  readonly arguments: readonly string[];
  readonly command: readonly string[];
  readonly descriptors: SandboxDescriptors;
  readonly seccomp: Uint8Array;
  readonly passwd: string;
  readonly group: string;
  readonly startTimeoutMs: number;
}

/** Descriptor that carries the options, see `--args`. */
const ARGUMENTS_DESCRIPTOR = 3;

const GATE_DESCRIPTOR = 8;

/**
 * Holds the program back until the launcher, told that all walls stand, answers. Without the gate a brain that is
 * killed while bubblewrap still sets up would leave a sandbox that no death of a parent ends: the request for that
 * signal came too late. With it the program finds the gate closed and never runs.
 */
export function gatedCommand(command: readonly string[]): readonly string[] {
  const d = GATE_DESCRIPTOR;
  return [
    '/bin/sh',
    '-c',
    `echo >&${d} && read -r go <&${d} || exit 125; exec ${d}>&-; exec "$@"`,
    'sh',
    ...command,
  ];
}

/** Starts bubblewrap and resolves once all walls stand and the program was let in. */
export async function startBubblewrap(start: BubblewrapStart): Promise<SandboxedProcess> {
  const child = spawn(
    start.bwrapPath,
    ['--args', String(ARGUMENTS_DESCRIPTOR), '--', ...start.command],
    // Its own group, so that a Ctrl-C in the brain's terminal does not reach it; its own empty environment.
    { cwd: '/', env: {}, detached: true, stdio: Array<'pipe'>(GATE_DESCRIPTOR + 1).fill('pipe') },
  );
  const exited = exitOf(child);
  const [stdin, stdout, stderr] = [child.stdin, child.stdout, child.stderr];
  if (!stdin || !stdout || !stderr) throw startFailed(start, 'it has no standard streams', '');
  for (const stream of [stdin, ...child.stdio.slice(ARGUMENTS_DESCRIPTOR)]) {
    // A program that is gone closes its end; `exited` tells it, the streams need not.
    stream?.on('error', () => stream.destroy());
  }
  // Node throws away what a child said before it ended unless somebody waits for it.
  const keep = () => undefined;
  stderr.on('readable', keep);
  hand(child, ARGUMENTS_DESCRIPTOR, start.arguments.map((argument) => `${argument}\0`).join(''));
  hand(child, start.descriptors.seccomp, start.seccomp);
  hand(child, start.descriptors.passwd, start.passwd);
  hand(child, start.descriptors.group, start.group);
  const inner = await innerProcess(child, start, exited);
  stderr.off('readable', keep);
  let stopping: Promise<void> | undefined;
  return {
    stdin,
    stdout,
    stderr,
    pid: child.pid ?? inner,
    exited,
    stop: (graceMs) => {
      stopping ??= stopSandbox(child, { inner, exited, graceMs });
      return stopping;
    },
  };
}

/**
 * The program's group is the one of the sandbox's init: a SIGTERM to it is for the program and its children, for
 * init itself the kernel drops it. Killing init ends every process of the sandbox, also those that left the group.
 */
function stopSandbox(
  child: ChildProcess,
  sandbox: { readonly inner: number; readonly exited: Promise<unknown>; readonly graceMs: number },
): Promise<void> {
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return stopProcess({
    exited: sandbox.exited,
    graceMs: sandbox.graceMs,
    terminate: () => !isGone() && signalGroup(sandbox.inner, 'SIGTERM'),
    kill: () => {
      if (isGone()) return;
      sendSignal(sandbox.inner, 'SIGKILL');
      child.kill('SIGKILL');
    },
  });
}

/** Host's number of the sandbox's init, which bubblewrap reports as its first line of status. */
async function innerProcess(
  child: ChildProcess,
  start: BubblewrapStart,
  exited: SandboxedProcess['exited'],
): Promise<number> {
  const outcome = await Promise.race([
    isStanding(child, start.descriptors.status),
    exited.then(() => undefined),
    deadline(start.startTimeoutMs),
  ]);
  if (typeof outcome === 'number') {
    hand(child, GATE_DESCRIPTOR, 'go\n');
    return outcome;
  }
  // The whole group: bubblewrap's second process is in it until it has a session of its own, and would wait for
  // the first one for ever.
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  // The gate closes with its descriptor: whatever still waits behind it ends.
  for (const stream of child.stdio.slice(ARGUMENTS_DESCRIPTOR)) stream?.destroy();
  const spawnError = await Promise.race([exited, deadline(1_000)]);
  const said = await Promise.race([child.stderr ? text(child.stderr) : '', deadline(1_000)]);
  const why =
    outcome === 'late' ? `it did not stand after ${start.startTimeoutMs} ms` : describeExit(spawnError);
  throw startFailed(start, why, said === 'late' ? '' : said.slice(0, 500));
}

function describeExit(
  exit: { readonly code: number | null; readonly signal: string | null } | 'late',
): string {
  if (exit === 'late') return 'bubblewrap does not end';
  return exit.signal ? `bubblewrap was ended by ${exit.signal}` : `bubblewrap ended with code ${exit.code}`;
}

/** The number of the sandbox's init, once also the gate inside has been reached. */
async function isStanding(child: ChildProcess, statusDescriptor: number): Promise<number | undefined> {
  const streams: readonly unknown[] = child.stdio;
  const [status, gate] = [streams[statusDescriptor], streams[GATE_DESCRIPTOR]];
  if (!(status instanceof Readable && gate instanceof Readable)) return undefined;
  const [inner, reached] = await Promise.all([firstStatus(status), firstByte(gate)]);
  return reached ? inner : undefined;
}

function firstByte(gate: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    gate.once('data', () => resolve(true));
    gate.once('close', () => resolve(false));
  });
}

function firstStatus(status: Readable): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    status.setEncoding('utf8');
    status.on('data', (piece: string) => {
      text = (text + piece).slice(0, 4_096);
      const pid = /"child-pid": ?(\d+)/.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    status.on('close', () => resolve(undefined));
  });
}

/** Resolves when the process is gone; a program that could not be started at all counts as gone. */
function exitOf(child: ChildProcess): SandboxedProcess['exited'] {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
}

function deadline(milliseconds: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'late').unref());
}

function hand(child: ChildProcess, descriptor: number, data: string | Uint8Array): void {
  const pipe = child.stdio[descriptor];
  if (pipe instanceof Duplex || pipe instanceof Writable) pipe.end(data);
}

function startFailed(start: BubblewrapStart, why: string, said: string) {
  return taskExecutorError({
    code: 'sandbox_start_failed',
    message: `The sandbox of ${start.name} did not start: ${why}.${said ? ` It said: ${said.trim()}` : ''}`,
    remedy: 'Check `command` and `paths` of this server; `bakerst doctor` checks the sandbox itself.',
    retryable: true,
  });
}
