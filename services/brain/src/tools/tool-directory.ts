import type { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import type { Tool, ToolServer } from '@bakerst/shared/api/system';
import type { GuardContext } from '@bakerst/shared/guard';
import type { ToolDefinition } from '@bakerst/shared/tools';
import type { ToolDirectory } from '../http/parts.ts';

export interface ToolDirectoryParts {
  readonly registry: UnifiedToolRegistry;
  readonly servers: () => readonly ToolServer[];
  readonly restart: (name: string) => Promise<void>;
}

/** Tools and their servers as people see them, with what the guard would say to a plain call today. */
export function createToolDirectory({ registry, servers, restart }: ToolDirectoryParts): ToolDirectory {
  return {
    list: () => ({
      items: registry.definitions().map((definition) => describe(registry, definition)),
      servers: [...servers()],
    }),
    restartServer: restart,
  };
}

/** A call nobody has tainted: the best case for the tool. */
const PLAIN: GuardContext = {
  turn: '',
  conversation: '',
  principal: '',
  label: { integrity: 'trusted', confidentiality: 'internal' },
  unknownDigests: new Set(),
  unattended: false,
};

function describe(registry: UnifiedToolRegistry, definition: ToolDefinition): Tool {
  const { name, server, description, parameters, effect, idempotent, pin } = definition;
  const proposed = {
    call: '',
    tool: name,
    server,
    effect,
    arguments: {},
    digest: '',
    ...(pin !== undefined && { pin }),
  };
  const verdict = registry.guard.decide(PLAIN, proposed);
  const [reason] = verdict.reasons;
  return {
    name,
    server,
    description,
    parameters: { ...parameters },
    effect,
    idempotent,
    ...(pin !== undefined && { pin }),
    allowed: verdict.decision === 'allow',
    reason: [reason?.message, reason?.remedy].filter(Boolean).join(' '),
  };
}
