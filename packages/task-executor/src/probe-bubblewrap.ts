import { access, constants, readFile } from 'node:fs/promises';
import { CodedError } from '@bakerst/shared/coded-error';
import type { SandboxAvailability, SandboxedProcess, SandboxSpec } from '@bakerst/shared/sandbox';
import { errno } from './forbidden-paths.ts';
import { findLimiter } from './process-limits.ts';
import { isSeccompArchitecture } from './seccomp-filter.ts';

export interface ProbeOptions {
  readonly bwrapPath: string;
  readonly platform: string;
  readonly arch: string;
  readonly start: (spec: SandboxSpec) => Promise<SandboxedProcess>;
}

/** Says whether sandboxes work here, by starting one with everything that a real one has. */
export async function probeBubblewrap(options: ProbeOptions): Promise<SandboxAvailability> {
  const missing = await missingRequirement(options);
  if (missing) return missing;
  const said = await tryOne(options);
  if (said === undefined) {
    const limits = (await findLimiter()) ? '' : '; process limits are not set, because prlimit is missing';
    return { available: true, detail: `bubblewrap at ${options.bwrapPath} started a sandbox${limits}` };
  }
  return {
    available: false,
    detail: `bubblewrap is installed, but no sandbox starts: ${said}`,
    remedy: await remedyFor(said),
  };
}

async function missingRequirement(options: ProbeOptions): Promise<SandboxAvailability | undefined> {
  if (options.platform !== 'linux') {
    return {
      available: false,
      detail: `sandboxes need Linux, this is ${options.platform}`,
      remedy: 'Run the agent on Linux, in a virtual machine or in the cluster.',
    };
  }
  if (!isSeccompArchitecture(options.arch)) {
    return {
      available: false,
      detail: `there is no system call filter for ${options.arch} processors`,
      remedy: 'Run on an x86-64 or arm64 machine.',
    };
  }
  try {
    await access(options.bwrapPath, constants.X_OK);
    return undefined;
  } catch (error) {
    return {
      available: false,
      detail: `${options.bwrapPath} cannot be run (${errno(error)})`,
      remedy: 'Install bubblewrap 0.8 or newer: apt-get install bubblewrap (or dnf, pacman, apk).',
    };
  }
}

/** Undefined when it worked, else what was said. */
async function tryOne(options: ProbeOptions): Promise<string | undefined> {
  try {
    const sandbox = await options.start({
      name: 'probe',
      command: '/usr/bin/true',
      args: [],
      env: {},
      paths: [],
      network: false,
    });
    const said: Buffer[] = [];
    sandbox.stderr.on('data', (piece: Buffer) => said.push(piece));
    sandbox.stdout.resume();
    const watchdog = setTimeout(() => void sandbox.stop(0), 5_000);
    const { code } = await sandbox.exited;
    clearTimeout(watchdog);
    if (code === 0) return undefined;
    return Buffer.concat(said).toString('utf8').trim().slice(0, 500) || `it ended with code ${code}`;
  } catch (error) {
    if (error instanceof CodedError) return error.message;
    throw error;
  }
}

async function remedyFor(said: string): Promise<string> {
  if (/unknown option/i.test(said)) return 'Install bubblewrap 0.8 or newer.';
  if ((await setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return 'Allow user namespaces: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap.';
  }
  if ((await setting('/proc/sys/kernel/unprivileged_userns_clone')) === '0') {
    return 'Allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1.';
  }
  if ((await setting('/proc/sys/user/max_user_namespaces')) === '0') {
    return 'Allow user namespaces: sysctl -w user.max_user_namespaces=15000.';
  }
  return 'User namespaces seem to be forbidden here (inside a container?): run the agent outside of it, or allow them in its security profile.';
}

async function setting(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes(errno(error))) return undefined;
    throw error;
  }
}
