import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, extname, join } from 'node:path';
import type { McpServer, StdioMcpServer } from '@bakerst/shared/settings';
import { installedPackage } from './installed-package.ts';
import { packageOfRunner } from './package-runner.ts';

/** Something that runs when a server is started, as exactly as this machine can tell before it does. */
export type LaunchedPart =
  | { readonly kind: 'file'; readonly named: string; readonly sha256: string }
  | {
      readonly kind: 'package';
      readonly name: string;
      /** Null where the settings name no exact one, so that the registry decides at each start. */
      readonly version: string | null;
      /** As npm's lock file says it; absent where the package is fetched at the start. */
      readonly integrity?: string;
    };

export interface LaunchIdentity {
  readonly runs: readonly LaunchedPart[];
  /** What a pin cannot vouch for, in words for people. */
  readonly loose: readonly string[];
}

/** For a server somewhere else: only its address is known. */
export const NOTHING_LAUNCHED: LaunchIdentity = { runs: [], loose: [] };

/** Interpreters are the machine's own, and change with its updates; what they are told to run counts. */
const INTERPRETERS =
  /^(node|nodejs|deno|bun|python[0-9.]*|ruby|perl|php|java|sh|bash|dash|zsh|env|docker|podman)$/;
const PROGRAM_TEXT =
  /^\.(js|mjs|cjs|jsx|ts|mts|cts|tsx|py|pyz|sh|bash|rb|pl|php|lua|jar|wasm|exe|bin|so|node)$/;
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Files are hashed, packages named with their version. The folder of PATH matters only for a bare command. Never
 * rejects: what cannot be read is said in `loose`.
 */
export async function identifyLaunch(settings: McpServer, searchPath: string): Promise<LaunchIdentity> {
  if (settings.transport === 'http') return NOTHING_LAUNCHED;
  const runs: LaunchedPart[] = [];
  const loose: string[] = [];
  const runner = packageOfRunner(settings.command, settings.args);
  if (runner !== undefined) {
    runs.push({ kind: 'package', ...runner });
    if (runner.version === null)
      loose.push(`${runner.name} is fetched without an exact version, so its code can change unseen`);
  }
  for (const named of await namedFiles(settings, searchPath)) {
    const parts = await identifyFile(named).catch((error: unknown) => {
      loose.push(`${named.named}: ${error instanceof Error ? error.message : 'it cannot be read'}`);
      return [];
    });
    runs.push(...parts);
  }
  return { runs, loose };
}

interface NamedFile {
  /** As the settings write it. */
  readonly named: string;
  readonly path: string;
}

async function namedFiles(settings: StdioMcpServer, searchPath: string): Promise<readonly NamedFile[]> {
  const { command, args } = settings;
  const files: NamedFile[] = [];
  const isInterpreter = INTERPRETERS.test(basename(command));
  if (!isInterpreter && packageOfRunner(command, args) === undefined) {
    const path = await findProgram(command, searchPath);
    if (path !== undefined) files.push({ named: command, path });
  }
  const script = isInterpreter ? args.find((arg) => !arg.startsWith('-')) : undefined;
  for (const arg of args) {
    // `--import=/path/hook.js` names a program too.
    const path = arg.startsWith('-') ? arg.slice(arg.indexOf('=') + 1) : arg;
    const isProgram = arg === script || PROGRAM_TEXT.test(extname(path));
    if (path.startsWith('/') && isProgram && (await isFile(path))) files.push({ named: arg, path });
  }
  return files;
}

async function identifyFile({ named, path }: NamedFile): Promise<readonly LaunchedPart[]> {
  const real = await realpath(path);
  const installed = await installedPackage(real);
  const file = { kind: 'file', named, sha256: await hashFile(real) } as const;
  return installed === undefined ? [file] : [file, { kind: 'package', ...installed }];
}

async function hashFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes and is not hashed`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function findProgram(command: string, searchPath: string): Promise<string | undefined> {
  if (command.includes('/')) return (await isFile(command)) ? command : undefined;
  for (const folder of searchPath.split(delimiter).filter((entry) => entry.startsWith('/'))) {
    const candidate = join(folder, command);
    if ((await isFile(candidate)) && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
