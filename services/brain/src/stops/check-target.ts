import type { CreateStopRequest } from '@bakerst/shared/api/guard';
import type { ToolList } from '@bakerst/shared/api/system';
import { nearestName } from '@bakerst/shared/nearest-name';
import { registryName } from '@bakerst/shared/registry-name';
import { stopError } from './errors.ts';

/**
 * A mistyped name must not look like a switch that was pulled. Of a server that is down nobody knows the tools: whoever
 * is in a hurry stops them before it comes back.
 * @throws CodedError `stop_target_invalid`, `stop_target_unknown`
 */
export function checkTarget({ scope, target }: CreateStopRequest, { items, servers }: ToolList): void {
  if ((scope === 'everything') !== (target === '')) {
    throw stopError({
      code: 'stop_target_invalid',
      message: scope === 'everything' ? 'Everything has no target.' : `Which ${scope} is to be stopped?`,
      remedy: scope === 'everything' ? 'Leave `target` out.' : `Send the ${scope} as \`target\`.`,
    });
  }
  if (scope !== 'tool' && scope !== 'server') return;
  const serverNames = ['core', ...servers.map(({ server }) => server)];
  const silent = servers.filter(({ state }) => state !== 'ready').map(({ server }) => server);
  const isTool = items.some(({ name }) => name === target) || silent.some((name) => couldBeOf(name, target));
  if (scope === 'server' ? serverNames.includes(target) : isTool) return;
  const near = nearestName(target, scope === 'server' ? serverNames : items.map(({ name }) => name));
  throw stopError({
    code: 'stop_target_unknown',
    message: `There is no ${scope} "${target}": nothing was stopped.`,
    remedy: `${near === undefined ? 'Take the name from the list of tools' : `Did you mean "${near}"?`}, or stop everything: bakerst stop all`,
  });
}

function couldBeOf(server: string, tool: string): boolean {
  const prefix = registryName(server, '');
  return tool.startsWith(prefix) && tool.length > prefix.length;
}
