import type { Store } from '@bakerst/shared/store';
import type { ToolCallContext, ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import { conversationTools } from './conversation-tools.ts';
import { noteTools } from './note-tools.ts';
import { systemTools } from './system-tools.ts';

export interface CoreToolParts {
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly version: string;
  readonly maxResultBytes: number;
}

/** A core tool: its definition beside its handler. Arguments were validated by the registry. */
export interface CoreTool {
  readonly definition: Pick<ToolDefinition, 'name' | 'description' | 'parameters' | 'effect' | 'idempotent'>;
  run(args: Readonly<Record<string, unknown>>, context: ToolCallContext): Promise<ToolOutput>;
}

const DEADLINE_MS = 10_000;

/** The tools that come with the house. */
export function createCoreTools(parts: CoreToolParts): ToolSource {
  const tools = [...systemTools(parts), ...conversationTools(parts), ...noteTools(parts)];
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]));
  const { maxResultBytes } = parts;
  const definitions = tools.map(
    ({ definition }): ToolDefinition => ({
      ...definition,
      server: 'core',
      deadlineMs: DEADLINE_MS,
      maxResultBytes,
    }),
  );
  return {
    server: 'core',
    tools: () => definitions,
    async call(name, args, context) {
      const tool = byName.get(name);
      if (!tool) throw new TypeError(`There is no core tool ${name}.`);
      return tool.run(args, context);
    },
  };
}
