import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { taskExecutorError } from './errors.ts';

export interface ForbiddenPath {
  readonly path: string;
  readonly why: string;
}

export interface ForbiddenPathsOptions {
  /** Database, audit file, keys: no sandbox ever sees it. */
  readonly dataFolder: string;
  /** The operator's home; its places for credentials are forbidden. */
  readonly home?: string;
  readonly more?: readonly string[];
}

/** What no sandbox may see, with every entry also in its resolved form. */
export async function forbiddenPaths(options: ForbiddenPathsOptions): Promise<readonly ForbiddenPath[]> {
  const named: ForbiddenPath[] = [
    { path: options.dataFolder, why: 'it is the data folder of the agent' },
    ...SYSTEM_PATHS,
    ...(options.home ? CREDENTIALS_OF_A_HOME : []).map((place) => ({
      path: join(options.home ?? '/', place),
      why: 'credentials are kept there',
    })),
    ...(options.more ?? []).map((path) => ({ path, why: 'the configuration forbids it' })),
  ];
  return withResolvedForms(named);
}

/** What a sandbox may see but not change: whoever writes there has their words run outside of it later. */
export async function unwritablePaths(options: {
  readonly home?: string;
  /** This program itself, its prompts. */
  readonly programFolders?: readonly string[];
}): Promise<readonly ForbiddenPath[]> {
  const { home, programFolders = [] } = options;
  return withResolvedForms([
    ...PROGRAMS_OF_A_SYSTEM.map((path) => ({
      path,
      why: 'programs of the machine are there, never to write',
    })),
    ...(home ? STARTUP_OF_A_HOME : []).map((place) => ({
      path: join(home ?? '/', place),
      why: 'what is there is run when its owner logs in or works, so it is never to write',
    })),
    ...programFolders.map((path) => ({ path, why: 'this program is made of it, so it is never to write' })),
  ]);
}

async function withResolvedForms(named: readonly ForbiddenPath[]): Promise<readonly ForbiddenPath[]> {
  const all: ForbiddenPath[] = [];
  for (const entry of named) {
    const path = resolve(entry.path);
    const real = await resolveAsFarAsItExists(path);
    all.push({ path, why: entry.why });
    if (real !== path) all.push({ path: real, why: entry.why });
  }
  return all;
}

/**
 * Resolves every link of `path`, then refuses it if it (as written or as resolved) contains a forbidden place or
 * lies inside one. Returns the resolved path, which is what must be mounted.
 */
export async function resolveAllowedPath(path: string, forbidden: readonly ForbiddenPath[]): Promise<string> {
  const written = resolve(path);
  refuseForbidden(path, written, forbidden);
  let real: string;
  try {
    real = await realpath(written);
  } catch (cause) {
    throw taskExecutorError({
      code: 'sandbox_start_failed',
      message: `The path ${path} that the sandbox should show cannot be resolved (${errno(cause)}).`,
      remedy: 'Create it, or take it out of `paths` of this server.',
      cause,
    });
  }
  refuseForbidden(path, real, forbidden);
  await refuseSameFolder(path, real, forbidden);
  return real;
}

/** True when one of the two contains the other, or they are the same. */
export function overlaps(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

export function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function refuseForbidden(asked: string, path: string, forbidden: readonly ForbiddenPath[]): void {
  if (path === '/') refuse(asked, path, 'it is the whole machine');
  const hit = forbidden.find((entry) => overlaps(entry.path, path));
  if (hit) refuse(asked, path, hit.path === path ? hit.why : `of ${hit.path}: ${hit.why}`);
}

/** A bind mount shows the same folder under another name: names differ, device and inode do not. */
async function refuseSameFolder(
  asked: string,
  real: string,
  forbidden: readonly ForbiddenPath[],
): Promise<void> {
  const places = new Map<string, ForbiddenPath>();
  for (const entry of forbidden) {
    const key = await inodeOf(entry.path);
    if (key) places.set(key, entry);
  }
  for (let at = real; at !== '/'; at = dirname(at)) {
    const hit = places.get((await inodeOf(at)) ?? '');
    if (hit) refuse(asked, real, `it is another name of ${hit.path}: ${hit.why}`);
  }
}

async function inodeOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    // A forbidden place that does not exist on this machine cannot have a second name.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errno(error))) return undefined;
    throw error;
  }
}

function refuse(asked: string, path: string, why: string): never {
  const leads = asked === path ? '' : ` (it leads to ${path})`;
  throw taskExecutorError({
    code: 'sandbox_path_forbidden',
    message: `A sandbox may not see ${asked}${leads}: ${why}.`,
    remedy: 'Declare a narrower path that holds only what this program needs.',
  });
}

async function resolveAsFarAsItExists(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || !['ENOENT', 'ENOTDIR', 'EACCES'].includes(errno(error))) return path;
    return join(await resolveAsFarAsItExists(parent), path.slice(parent === '/' ? 1 : parent.length + 1));
  }
}

export function errno(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

const SYSTEM_PATHS: readonly ForbiddenPath[] = [
  { path: '/proc', why: 'it shows other processes' },
  { path: '/sys', why: 'it controls the machine' },
  { path: '/dev', why: 'it holds devices' },
  { path: '/run', why: 'sockets of system services (container engine, message bus, agents) are there' },
  { path: '/var/run', why: 'sockets of system services are there' },
  { path: '/var/lib/docker', why: 'it belongs to the container engine' },
  { path: '/var/lib/containerd', why: 'it belongs to the container engine' },
  { path: '/var/lib/kubelet', why: 'it holds secrets of pods' },
  { path: '/boot', why: 'it belongs to the machine' },
  { path: '/etc', why: 'settings and secrets of the machine are there' },
];

const CREDENTIALS_OF_A_HOME = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.password-store',
  '.config/gcloud',
  '.config/gh',
  '.config/google-chrome',
  '.config/chromium',
  '.local/share/keyrings',
  '.mozilla',
  '.bash_history',
  '.zsh_history',
] as const;

const PROGRAMS_OF_A_SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/var/spool'] as const;

const STARTUP_OF_A_HOME = [
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.config',
  '.local/bin',
  '.local/share/applications',
  '.local/share/systemd',
  '.gitconfig',
  '.vscode',
  'bin',
] as const;
