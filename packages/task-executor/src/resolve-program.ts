import { access, constants, open, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join, sep } from 'node:path';
import { taskExecutorError } from './errors.ts';
import { exists } from './exists.ts';
import { errno } from './forbidden-paths.ts';

/** Where a program is and what must be shown read-only so that it can start. */
export interface ResolvedProgram {
  /** The path to execute, the same inside and outside. */
  readonly executable: string;
  /** Folders (or files) outside the system's own that it needs; each is checked before it is mounted. */
  readonly mounts: readonly ProgramMount[];
  /** Folders for `PATH` inside the sandbox: where the program and its interpreter were found. */
  readonly searchFolders: readonly string[];
}

export interface ProgramMount {
  readonly folder: string;
  /** Mounted alone where the folder around it may not be shown. */
  readonly file: string;
}

export interface ProgramSearch {
  /** `PATH` of the operator, for commands without a slash. */
  readonly searchPath: string;
  /** Folders that every sandbox has anyway. */
  readonly systemFolders: readonly string[];
}

/**
 * Finds the program and what belongs to it: the folder of the real executable; the whole `node_modules` tree or
 * Python virtual environment it is in; and the same for the interpreter of its `#!` line. Everything else a program
 * reads (a script named in its arguments, data) the operator declares in `paths`.
 */
export async function resolveProgram(command: string, search: ProgramSearch): Promise<ResolvedProgram> {
  const found = await findExecutable(command, search.searchPath);
  const program = await describeProgram(found, search);
  const interpreter = await interpreterOf(program.real);
  if (!interpreter) return program;
  const second = await describeProgram(await findExecutable(interpreter, search.searchPath), search);
  return {
    executable: program.executable,
    mounts: [...program.mounts, ...second.mounts],
    searchFolders: [...new Set([...program.searchFolders, ...second.searchFolders])],
  };
}

async function describeProgram(
  found: string,
  search: ProgramSearch,
): Promise<ResolvedProgram & { readonly real: string }> {
  const shown = join(await realpath(dirname(found)), basename(found));
  const real = await realpath(found);
  const isSystem = (path: string) => search.systemFolders.some((folder) => path.startsWith(folder + sep));
  const bundle = await bundleOf(shown);
  const mounts: ProgramMount[] = [];
  if (bundle && !isSystem(shown)) mounts.push({ folder: bundle, file: shown });
  if (!isSystem(real)) mounts.push({ folder: (await bundleOf(real)) ?? dirname(real), file: real });
  // A link in a folder that stays outside cannot be followed inside: the real file is started instead.
  const executable = isSystem(shown) || bundle ? shown : real;
  return { executable, mounts, searchFolders: [dirname(executable)], real };
}

async function findExecutable(command: string, searchPath: string): Promise<string> {
  const candidates = command.includes('/')
    ? [command]
    : searchPath
        .split(delimiter)
        .filter((folder) => folder.startsWith('/'))
        .map((folder) => join(folder, command));
  for (const candidate of candidates) {
    if (candidate.startsWith('/') && (await isExecutable(candidate))) return candidate;
  }
  throw taskExecutorError({
    code: 'sandbox_start_failed',
    message: `The program ${command} was not found, or may not be executed.`,
    remedy: 'Install it, or write `command` as the absolute path of an executable file.',
  });
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes(errno(error))) return false;
    throw error;
  }
}

/** The outermost `node_modules` a file is in, or the Python virtual environment around it. */
async function bundleOf(path: string): Promise<string | undefined> {
  const parts = path.split(sep);
  const at = parts.indexOf('node_modules');
  if (at > 0) return parts.slice(0, at + 1).join(sep);
  const parent = dirname(dirname(path));
  return parent !== '/' && (await exists(join(parent, 'pyvenv.cfg'))) ? parent : undefined;
}

/** The program a script's first line names: `#!/usr/bin/env -S node --flag` is `node`. */
async function interpreterOf(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return parseInterpreter(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

export function parseInterpreter(head: string): string | undefined {
  const line = /^#!\s*([^\n]+)/.exec(head)?.[1];
  if (line === undefined) return undefined;
  const [program, ...words] = line.trim().split(/\s+/);
  if (program === undefined || basename(program) !== 'env') return program;
  return words.find((word) => !word.startsWith('-') && !word.includes('='));
}
