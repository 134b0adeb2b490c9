import { canonicalText, digestOf } from '@bakerst/agent/call-digest';
import { registryName } from '@bakerst/shared/registry-name';
import type { ToolDefinition } from '@bakerst/shared/tools';
import type { DojoTool } from './dojo-data.ts';

/** A tool as an MCP server of that name would offer it, pinned like the door to MCP servers pins it. */
export function offeredTool(server: string, tool: DojoTool): ToolDefinition {
  const pinned = canonicalText({
    v: 1,
    tool: { name: tool.name, description: tool.description, inputSchema: tool.parameters },
    instructions: null,
    start: { transport: 'stdio', command: 'recorded', args: [server] },
  });
  return {
    name: registryName(server, tool.name),
    server,
    description: tool.description,
    parameters: tool.parameters,
    effect: 'external',
    idempotent: false,
    deadlineMs: 30_000,
    maxResultBytes: 65_536,
    pin: digestOf(pinned),
    pinned,
    reach: 'house',
  };
}

/** The tools of one server under its own names. */
export type Offer = ReadonlyMap<string, ToolDefinition>;

export function offeredTools(server: string, tools: readonly DojoTool[]): Offer {
  return new Map(tools.map((tool) => [tool.name, offeredTool(server, tool)]));
}
