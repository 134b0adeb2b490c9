import { lstat, readlink, realpath } from 'node:fs/promises';
import type { SystemFolder } from './bubblewrap-arguments.ts';
import { exists } from './exists.ts';

/** What programs need of the machine and what holds no secrets: programs and libraries. */
const SYSTEM_FOLDERS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
] as const;

/** Settings that libraries read. No passwd, group or shadow: those are made up, or absent. */
const SYSTEM_FILES = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/ca-certificates',
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
  '/etc/mime.types',
] as const;

/** Only where the sandbox has the host's network. */
const NETWORK_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/host.conf'] as const;

export async function systemFolders(): Promise<readonly SystemFolder[]> {
  const folders = await Promise.all(SYSTEM_FOLDERS.map(describeFolder));
  return folders.filter((folder) => folder !== undefined);
}

export async function systemFiles(
  network: boolean,
): Promise<readonly { readonly source: string; readonly target: string }[]> {
  const wanted = network ? [...SYSTEM_FILES, ...NETWORK_FILES] : SYSTEM_FILES;
  const files = await Promise.all(
    wanted.map(async (target) =>
      (await exists(target)) ? { source: await realpath(target), target } : undefined,
    ),
  );
  return files.filter((file) => file !== undefined);
}

async function describeFolder(path: string): Promise<SystemFolder | undefined> {
  if (!(await exists(path))) return undefined;
  const link = (await lstat(path)).isSymbolicLink();
  return link ? { kind: 'link', path, target: await readlink(path) } : { kind: 'folder', path };
}
