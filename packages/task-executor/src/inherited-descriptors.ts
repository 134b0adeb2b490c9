import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { taskExecutorError } from './errors.ts';
import { errno } from './forbidden-paths.ts';

/**
 * A folder that this process inherited open would be inherited by the sandbox too, and from it every file of the
 * machine can be reached, around all mounts. Node closes its own descriptors on exec; only those of whoever
 * started us can be left.
 */
export async function refuseInheritedFolders(): Promise<void> {
  const descriptors = await readdir('/proc/self/fd');
  const folders = await Promise.all(descriptors.map(inheritableFolder));
  const open = folders.filter((folder) => folder !== undefined);
  if (open.length === 0) return;
  throw taskExecutorError({
    code: 'sandbox_unavailable',
    message: `This process was started with folders held open (${open.join(', ')}), through which a sandbox could get out.`,
    remedy: 'Start the agent from a shell or service that closes its descriptors (exec N<&-).',
  });
}

const CLOSE_ON_EXEC = 0o2_000_000;

async function inheritableFolder(descriptor: string): Promise<string | undefined> {
  try {
    const info = await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '0', 8);
    if (flags & CLOSE_ON_EXEC || !(await stat(`/proc/self/fd/${descriptor}`)).isDirectory()) return undefined;
    return await readlink(`/proc/self/fd/${descriptor}`);
  } catch (error) {
    // Closed since the list was read, or a kind that has no path.
    if (['ENOENT', 'EBADF', 'EACCES', 'ENXIO'].includes(errno(error))) return undefined;
    throw error;
  }
}
