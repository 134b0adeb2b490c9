import { randomUUID } from 'node:crypto';
import { accessSync, constants, lstatSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * False for what is not this brain's to change: a link (a mounted ConfigMap swaps links), another user's file, a folder
 * without write access.
 */
export function isWritablePolicyFile(file: string): boolean {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats && (!stats.isFile() || stats.uid !== (process.getuid?.() ?? stats.uid))) return false;
    if (stats) accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whole or not at all: written beside, on disk, then put in its place. Readable by its owner alone. */
export async function writePolicyFile(file: string, text: string): Promise<void> {
  const beside = join(dirname(file), `.policy-${randomUUID()}.tmp`);
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
