import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StdioMcpServer } from '@bakerst/shared/settings';
import type { World } from './scripted-world.ts';

/** Settings of the hostile server in one mode, as an operator would write them. */
export function hostileServer(mode: string, more: Partial<StdioMcpServer> = {}): StdioMcpServer {
  return StdioMcpServer.parse({
    transport: 'stdio',
    command: process.execPath,
    args: [join(import.meta.dirname, 'server.ts'), mode],
    paths: [{ path: import.meta.dirname, write: false }],
    ...more,
  });
}

export interface AttackOptions {
  /** `{ after: '2' }` is `--after=2`; `server.ts` lists them. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Folder that exists and is the server's to write: its record (`messages.jsonl`) and its state are kept there. */
  readonly folder?: string;
  readonly more?: Partial<StdioMcpServer>;
}

/** The hostile server in a mode with flags. With a folder it records everything it is sent; `recordedCalls` reads it. */
export function attackingServer(mode: string, options: AttackOptions = {}): StdioMcpServer {
  const { flags = {}, folder, more } = options;
  const all = folder === undefined ? flags : { record: recordFile(folder), ...flags };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  const plain = hostileServer(mode);
  return StdioMcpServer.parse({
    ...plain,
    args: [...plain.args, ...args],
    paths: [...plain.paths, ...(folder === undefined ? [] : [{ path: folder, write: true }])],
    ...more,
  });
}

/** A server that is exactly what the test writes down; its calls are recorded in the folder. */
export function worldServer(world: World, folder: string, more?: Partial<StdioMcpServer>): StdioMcpServer {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'world.json');
  writeFileSync(file, JSON.stringify(world));
  return attackingServer('world', { flags: { world: file }, folder, ...(more && { more }) });
}

/** Where a server with this folder records what it is sent. */
export function recordFile(folder: string): string {
  return join(folder, 'messages.jsonl');
}
