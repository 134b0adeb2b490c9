/** Everything a sandbox consists of, resolved and checked. Making it is the launcher's part. */
export interface SandboxPlan {
  /** Folders every program needs, as the machine has them: `/usr`, and `/bin` as folder or as link. */
  readonly system: readonly SystemFolder[];
  /** Single files from the machine: `source` is resolved, `target` is where programs look for it. */
  readonly files: readonly { readonly source: string; readonly target: string }[];
  /** The program's own folders, read-only. */
  readonly program: readonly string[];
  /** What the operator declared. */
  readonly paths: readonly { readonly source: string; readonly target: string; readonly write: boolean }[];
  readonly env: Readonly<Record<string, string>>;
  readonly network: boolean;
  readonly descriptors: SandboxDescriptors;
}

export type SystemFolder =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** Numbers of the file descriptors that bubblewrap reads from or writes to; none reaches the program. */
export interface SandboxDescriptors {
  readonly status: number;
  readonly seccomp: number;
  readonly passwd: number;
  readonly group: number;
}

export const SANDBOX_HOME = '/home/sandbox';
/** One user of its own, whoever the brain runs as. */
export const SANDBOX_USER_ID = 1000;
export const SANDBOX_PASSWD = `sandbox:x:${SANDBOX_USER_ID}:${SANDBOX_USER_ID}:sandbox:${SANDBOX_HOME}:/usr/sbin/nologin\n`;
export const SANDBOX_GROUP = `sandbox:x:${SANDBOX_USER_ID}:\n`;

const MEBIBYTE = 1024 * 1024;
const TMP_BYTES = 256 * MEBIBYTE;
const HOME_BYTES = 1024 * MEBIBYTE;
const SHARED_MEMORY_BYTES = 64 * MEBIBYTE;

/**
 * The options of bubblewrap for a plan. They are handed over through `--args FD`, never on the command line, where
 * every user of the machine could read the environment in them.
 *
 * `--as-pid-1` is left out on purpose: bubblewrap's own init stays process 1, so that orphans are reaped and a
 * SIGTERM reaches a program that installed no handler (the kernel drops it for process 1).
 */
export function bubblewrapArguments(plan: SandboxPlan): readonly string[] {
  return [
    ...isolation(plan.network),
    ...plan.system.flatMap((folder) =>
      folder.kind === 'link'
        ? ['--symlink', folder.target, folder.path]
        : ['--ro-bind', folder.path, folder.path],
    ),
    ...plan.files.flatMap((file) => ['--ro-bind', file.source, file.target]),
    ...['--ro-bind-data', String(plan.descriptors.passwd), '/etc/passwd'],
    ...['--ro-bind-data', String(plan.descriptors.group), '/etc/group'],
    // Read-only: where the brain runs as root, the files in /proc/sys would take its writes.
    ...['--proc', '/proc', '--remount-ro', '/proc'],
    ...[
      '--dev',
      '/dev',
      '--size',
      String(SHARED_MEMORY_BYTES),
      '--tmpfs',
      '/dev/shm',
      '--remount-ro',
      '/dev',
    ],
    ...['--size', String(TMP_BYTES), '--perms', '1777', '--tmpfs', '/tmp'],
    ...['--size', String(HOME_BYTES), '--perms', '0700', '--tmpfs', SANDBOX_HOME],
    ...plan.program.flatMap((path) => ['--ro-bind', path, path]),
    ...parentsFirst(plan.paths).flatMap((path) => [
      path.write ? '--bind' : '--ro-bind',
      path.source,
      path.target,
    ]),
    // The root itself is a small memory file system; nothing may be left in it.
    ...['--remount-ro', '/', '--chdir', SANDBOX_HOME],
    '--clearenv',
    ...Object.entries(plan.env)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--seccomp', String(plan.descriptors.seccomp)],
    ...['--json-status-fd', String(plan.descriptors.status)],
  ];
}

function isolation(network: boolean): readonly string[] {
  return [
    '--unshare-user',
    '--unshare-pid',
    ...(network ? [] : ['--unshare-net']),
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...['--hostname', 'sandbox'],
    ...['--uid', String(SANDBOX_USER_ID), '--gid', String(SANDBOX_USER_ID)],
    '--die-with-parent',
    '--new-session',
    ...['--cap-drop', 'ALL'],
  ];
}

/** A mount hides what was mounted below it before, so that the shorter path goes first. */
function parentsFirst<T extends { readonly target: string }>(paths: readonly T[]): readonly T[] {
  return paths.toSorted((a, b) => a.target.length - b.target.length || (a.target < b.target ? -1 : 1));
}
