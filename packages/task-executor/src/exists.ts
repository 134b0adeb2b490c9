import { stat } from 'node:fs/promises';
import { errno } from './forbidden-paths.ts';

/** Whether the path leads somewhere that we may look at. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errno(error))) return false;
    throw error;
  }
}
