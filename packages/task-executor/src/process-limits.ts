import { access, constants } from 'node:fs/promises';
import { errno } from './forbidden-paths.ts';

/** Limits of the kernel per process of a sandbox (`processes`: of all of them together). */
export interface ProcessLimits {
  readonly openFiles: number;
  readonly processes: number;
  /** Private writable memory of one process. */
  readonly dataBytes: number;
  /** Largest file one may write. */
  readonly fileBytes: number;
}

export const DEFAULT_PROCESS_LIMITS: ProcessLimits = {
  openFiles: 4_096,
  processes: 1_024,
  dataBytes: 8 * 1024 ** 3,
  fileBytes: 16 * 1024 ** 3,
};

const PRLIMIT = '/usr/bin/prlimit';

/** util-linux's prlimit, which sets the limits inside the sandbox; undefined where the machine has none. */
export async function findLimiter(path: string = PRLIMIT): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(errno(error))) return undefined;
    throw error;
  }
}

export function limitedCommand(
  limiter: string | undefined,
  limits: Partial<ProcessLimits>,
  command: readonly string[],
): readonly string[] {
  if (limiter === undefined) return command;
  const { openFiles, processes, dataBytes, fileBytes } = { ...DEFAULT_PROCESS_LIMITS, ...limits };
  return [
    limiter,
    '--core=0',
    `--nofile=${openFiles}`,
    `--nproc=${processes}`,
    `--data=${dataBytes}`,
    `--fsize=${fileBytes}`,
    '--',
    ...command,
  ];
}
