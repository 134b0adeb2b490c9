import { mkdirSync } from 'node:fs';
import type { McpServer } from '@bakerst/shared/settings';
import { attackingServer, worldServer } from '@bakerst/testkit/hostile-mcp/hostile-server';

export type World = Parameters<typeof worldServer>[0];

/** A tool that takes these arguments, all of them optional. */
export function worldTool(name: string, properties: Readonly<Record<string, unknown>> = {}) {
  return { name, description: `Does ${name}.`, inputSchema: { type: 'object', properties } };
}

/** A server that a test writes down, without a sandbox so that it runs everywhere. */
export function inWorld(world: World): (folder: string) => McpServer {
  return (folder) => worldServer(world, folder, { unconfined: true });
}

/** The hostile server in a mode, with a folder of its own, without a sandbox too. */
export function hostile(
  mode: string,
  flags: Readonly<Record<string, string>> = {},
): (folder: string) => McpServer {
  return (folder) => {
    mkdirSync(folder, { recursive: true });
    return attackingServer(mode, { flags, folder, more: { unconfined: true } });
  };
}
