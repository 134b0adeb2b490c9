import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fetched, FetchOptions } from './fetch-weights.ts';
import { runQuietly } from './run-quietly.ts';
import { makeWholeFolder } from './whole-folder.ts';

/** The prebuilt binaries that the lock file pins: nothing is compiled, and no accelerator is needed. */
const BINARIES = ['linux-x64', 'linux-arm64'] as const;
const PINNED = join(import.meta.dirname, 'runtime');
const ENTRY = 'node_modules/node-llama-cpp/dist/index.js';

const Dependencies = z.record(z.string(), z.string());
const PinnedManifest = z.looseObject({ dependencies: Dependencies });
const PinnedLock = z.looseObject({
  packages: z.looseObject({ '': z.looseObject({ dependencies: Dependencies }) }),
});

/** node-llama-cpp with the one binary that this machine runs, in the cache; the path is that of its module. */
export async function installRuntime(options: FetchOptions): Promise<Fetched> {
  const platform = `${process.platform}-${process.arch}`;
  const binary = BINARIES.find((name) => name === platform);
  if (binary === undefined) {
    return { outcome: 'missing', reason: `no binary of node-llama-cpp is pinned for ${platform}` };
  }
  const lock = await readFile(join(PINNED, 'package-lock.json'), 'utf8');
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const folder = join(options.cacheDir, `node-llama-cpp-${binary}-${version}`);
  const path = join(folder, ENTRY);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return { outcome: 'there', path };
  if (!options.fetch) return { outcome: 'missing', reason: `node-llama-cpp is not in ${options.cacheDir}` };
  options.report(`installing node-llama-cpp for ${binary} (35 MB)`);
  const failed = await makeWholeFolder(folder, async (unfinished) => {
    await writeManifests(unfinished, { lock, binary });
    return install(unfinished, options.signal);
  });
  return failed === undefined ? { outcome: 'there', path } : { outcome: 'missing', reason: failed };
}

/** The pinned files without the binaries of other machines, which npm would refuse to install. */
async function writeManifests(
  folder: string,
  { lock, binary }: { readonly lock: string; readonly binary: string },
): Promise<void> {
  const manifest = PinnedManifest.parse(
    JSON.parse(await readFile(join(PINNED, 'package.json'), 'utf8')) as unknown,
  );
  const locked = PinnedLock.parse(JSON.parse(lock) as unknown);
  for (const other of BINARIES.filter((name) => name !== binary)) {
    const name = `@node-llama-cpp/${other}`;
    delete manifest.dependencies[name];
    delete locked.packages[''].dependencies[name];
    delete locked.packages[`node_modules/${name}`];
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(locked));
}

async function install(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  const only = ['--omit=optional', '--ignore-scripts', '--prefix', folder];
  const failed = await runQuietly('npm', ['ci', ...only, ...quiet], { cwd: folder, signal });
  if (failed !== undefined) return failed;
  // A machine may lack what the binary is linked with.
  const probe = [join(import.meta.dirname, 'probe-runtime.ts'), join(folder, ENTRY)];
  const unloadable = await runQuietly(process.execPath, probe, { cwd: folder, signal });
  return unloadable === undefined
    ? undefined
    : `the binary of node-llama-cpp does not run here: ${unloadable}`;
}
