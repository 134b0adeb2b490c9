import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const UNFINISHED = '.unfinished-';
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Makes a folder that is there whole or not at all. Two processes may make it at once: one of them wins, and both have it.
 * `fill` returns why it failed, and so does this.
 */
export async function makeWholeFolder(
  folder: string,
  fill: (unfinished: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const unfinished = await mkdtemp(join(parent, `${basename(folder)}${UNFINISHED}`));
  try {
    const failed = await fill(unfinished);
    if (failed === undefined) await rename(unfinished, folder).catch(unlessThere);
    return failed;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** A folder that is not empty is never replaced: whoever came first has made the same. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

/** What a process that was killed has left. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.includes(UNFINISHED)) continue;
    const path = join(parent, name);
    const changed = await stat(path).catch(() => undefined);
    if (changed === undefined || Date.now() - changed.mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}
