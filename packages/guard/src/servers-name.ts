import type { ToolDefinition } from '@bakerst/shared/tools';

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
    const tool = field(whole, 'tool');
    const name = field(tool, 'name');
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
