import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createBubblewrapLauncher } from '@bakerst/task-executor/bubblewrap-launcher';
import type { Check, CheckResult } from './check.ts';

export const checkNode: Check = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 24 || (major === 24 && minor >= 4);
  return [
    good
      ? { name: 'node', status: 'ok', detail: process.versions.node }
      : {
          name: 'node',
          status: 'fail',
          detail: `Node ${process.versions.node} is too old.`,
          remedy: 'Run `npm install` in the checkout: it brings its own Node.',
        },
  ];
};

/** The folder holds tokens, messages and notes: nobody else may look into it. */
export const checkDataFolder: Check = async ({ parts }) => {
  const { home, kind } = parts.profile;
  if (kind === 'remote') return [];
  const info = await lstat(home).catch(() => undefined);
  if (info === undefined) {
    return [
      {
        name: 'data folder',
        status: 'warn',
        detail: `${home} does not exist yet.`,
        remedy: 'The first start makes it, or: bakerst doctor --fix',
        fix: async () => {
          await makeFolder(home);
          return `made ${home}`;
        },
      },
    ];
  }
  if (!info.isDirectory()) {
    const remedy = 'Move it away, or set BAKERST_HOME to a folder.';
    return [{ name: 'data folder', status: 'fail', detail: `${home} is not a folder.`, remedy }];
  }
  const loose = await findLoose(home, info.mode);
  if (loose.length === 0) return [{ name: 'data folder', status: 'ok', detail: `${home}, private` }];
  return [
    {
      name: 'data folder',
      status: 'fail',
      detail: `Others can read or write: ${loose.map((entry) => entry.path).join(', ')}.`,
      remedy: 'Run: bakerst doctor --fix',
      fix: async () => {
        for (const entry of loose) await chmod(entry.path, entry.mode);
        return `made ${loose.length} of them private`;
      },
    },
  ];
};

interface LooseEntry {
  readonly path: string;
  readonly mode: number;
}

/** The folder and what lies directly in it; links are left alone, since chmod would follow them. */
async function findLoose(home: string, folderMode: number): Promise<readonly LooseEntry[]> {
  const loose: LooseEntry[] = (folderMode & 0o077) === 0 ? [] : [{ path: home, mode: 0o700 }];
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const info = await lstat(path);
    if (info.isSymbolicLink() || (info.mode & 0o077) === 0) continue;
    // A private folder keeps what is in it private: only what stands open by itself and matters is named.
    if (info.isFile() && loose.length === 0 && !/token|\.db|\.jsonl|\.json$/.test(name)) continue;
    loose.push({ path, mode: info.isDirectory() ? 0o700 : 0o600 });
  }
  return loose;
}

/** An address file of a brain that is gone misleads whoever reads it. */
export const checkAddressFile: Check = ({ parts, status }) => {
  const file = join(parts.profile.home, 'brain.json');
  if (parts.profile.kind === 'remote' || status !== undefined || !existsSync(file)) return [];
  if (parts.profile.url !== undefined) return [];
  return [
    {
      name: 'address file',
      status: 'warn',
      detail: `${file} was left by a brain that is gone.`,
      remedy: 'The next start replaces it, or: bakerst doctor --fix',
      fix: async () => {
        await rm(file, { force: true });
        return `removed ${file}`;
      },
    },
  ];
};

const LOW_BYTES = 200 * 1024 * 1024;
const SCARCE_BYTES = 2 * 1024 * 1024 * 1024;

export const checkDisk: Check = async ({ parts }) => {
  if (parts.profile.kind === 'remote' || !existsSync(parts.profile.home)) return [];
  const disk = await statfs(parts.profile.home);
  const free = disk.bavail * disk.bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${parts.profile.home}`;
  if (free >= SCARCE_BYTES) return [{ name: 'disk', status: 'ok', detail }];
  const remedy = 'Make room: with a full disk nothing is accepted, since nothing could be kept.';
  return [{ name: 'disk', status: free < LOW_BYTES ? 'fail' : 'warn', detail, remedy }];
};

/** Whether a start would find its port free. */
export const checkPort: Check = async ({ parts, status }) => {
  if (parts.profile.kind === 'remote' || status !== undefined) return [];
  const port = Number(parts.env.BAKERST_PORT ?? 4221);
  const problem = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
  if (problem === undefined) return [{ name: 'port', status: 'ok', detail: `${port} is free` }];
  const remedy = 'Stop what listens there, or choose another with BAKERST_PORT or server.port.';
  return [{ name: 'port', status: 'fail', detail: `Port ${port} cannot be used (${problem}).`, remedy }];
};

/** Starts a real sandbox, unless the brain has just said how that went. */
export const checkSandbox: Check = async ({ parts, status }) => {
  const found =
    status?.sandbox ??
    (await createBubblewrapLauncher({
      dataFolder: parts.profile.home,
      searchPath: parts.env.PATH ?? '',
    }).probe());
  if (found.available) return [{ name: 'sandbox', status: 'ok', detail: found.detail }];
  return [
    {
      name: 'sandbox',
      status: 'warn',
      detail: `Tool servers that are programs do not start: ${found.detail}`,
      remedy: found.remedy ?? 'Install bubblewrap: apt-get install bubblewrap',
    },
  ];
};

export const checkConsole: Check = ({ parts }): CheckResult[] => {
  const { checkout } = parts;
  if (checkout === undefined || parts.profile.kind === 'remote') return [];
  if (existsSync(join(checkout, 'services/ui/dist/index.html'))) {
    return [{ name: 'console', status: 'ok', detail: 'built' }];
  }
  return [
    {
      name: 'console',
      status: 'warn',
      detail: 'The console is not built.',
      remedy: 'The next start builds it, or: bakerst doctor --fix',
      fix: () => buildConsole(checkout),
    },
  ];
};

function buildConsole(checkout: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = join(checkout, 'scripts', 'build-console.ts');
    const child = spawn(process.execPath, [script], {
      cwd: checkout,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve('built the console');
      else reject(new Error('the build failed; what it said is above'));
    });
  });
}

/** Level by level: the recursive mkdir of Node never returns where a file system denies that it exists (`/proc`). */
async function makeFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 });
}
