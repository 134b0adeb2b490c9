import type { ToolDefinition } from '@bakerst/shared/tools';
import { ownField } from './own-field.ts';

/** The server's own name of a tool: as the pinned definition gives it, else what is left of the registry's name. */
export function serversName(definition: Pick<ToolDefinition, 'name' | 'server' | 'pinned'>): string {
  const { name, server, pinned } = definition;
  const prefix = `${server}__`;
  return nameInside(pinned) ?? (name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

function nameInside(pinned: string | undefined): string | undefined {
  if (pinned === undefined) return undefined;
  try {
    const whole: unknown = JSON.parse(pinned);
    const tool = ownField(whole, 'tool');
    const name = ownField(tool, 'name');
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
