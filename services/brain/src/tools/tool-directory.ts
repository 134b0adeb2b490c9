import type { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import type { Tool, ToolServer } from '@bakerst/shared/api/system';
import type { Effect } from '@bakerst/shared/guard';
import type { ToolDefinition } from '@bakerst/shared/tools';
import type { ToolDirectory } from '../http/parts.ts';

export interface ToolDirectoryParts {
  readonly registry: UnifiedToolRegistry;
  readonly servers: () => readonly ToolServer[];
  readonly restart: (name: string) => Promise<void>;
}

/** Tools and their servers as people see them, with what the policy says of them today. */
export function createToolDirectory({ registry, servers, restart }: ToolDirectoryParts): ToolDirectory {
  return {
    list: () => ({
      items: registry.definitions().map((definition) => describe(registry, definition)),
      servers: [...servers()],
    }),
    restartServer: restart,
  };
}

/** What happens to a plain call today, in words. */
const WORDS: Readonly<Record<Effect, string>> = {
  read: 'It only reads and runs by itself.',
  'read-open': 'It goes out to read; once something untrusted was read, only to addresses that you named.',
  'write-private':
    'It writes your own things; once something untrusted was read, only what your words ask for.',
  destructive: 'It runs where your words ask for it; otherwise a person is asked.',
  external:
    'It reaches others: it runs where your words ask for it and name who; otherwise a person is asked.',
  money: 'It runs where your words name who and how much; otherwise a person is asked.',
  exec: 'It runs code: a person is asked about every call.',
  admin: 'It changes how the house is run: a person is asked about every call.',
};
const BY_ITSELF: ReadonlySet<Effect> = new Set<Effect>(['read', 'read-open', 'write-private']);

function describe(registry: UnifiedToolRegistry, definition: ToolDefinition): Tool {
  const { name, server, description, parameters, pin } = definition;
  const { effect, idempotent, acceptance, clearance } = registry.guard.standing(definition);
  return {
    name,
    server,
    description,
    parameters: { ...parameters },
    effect,
    idempotent,
    acceptance,
    clearance,
    ...(pin !== undefined && { pin }),
    allowed: (acceptance === 'core' || acceptance === 'accepted') && BY_ITSELF.has(effect),
    reason: reasonOf(acceptance, effect, server),
  };
}

function reasonOf(acceptance: Tool['acceptance'], effect: Effect, server: string): string {
  switch (acceptance) {
    case 'unknown':
      return `Nobody has accepted it yet, so every call is asked. Review it: bakerst mcp review ${server}`;
    case 'changed':
      return `It is not what was accepted any more, so every call is refused. Look at the difference: bakerst mcp review ${server}`;
    case 'core':
    case 'accepted':
      return WORDS[effect];
    default:
      return acceptance satisfies never;
  }
}
