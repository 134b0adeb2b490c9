import type { CreateStopRequest } from '@bakerst/shared/api/guard';
import type { ToolList } from '@bakerst/shared/api/system';
import { nearestName } from '@bakerst/shared/nearest-name';
import { stopError } from './errors.ts';

/** Between the name of a server and that of its tool, in the registry's names. */
const SEPARATOR = '__';

/**
 * A mistyped name must not look like a switch that was pulled. A server that is down and its tools are known all the
 * same: whoever is in a hurry stops it before it comes back.
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
  const isTool = items.some(({ name }) => name === target) || serverNames.some((name) => isOf(name, target));
  if (scope === 'server' ? serverNames.includes(target) : isTool) return;
  const near = nearestName(target, scope === 'server' ? serverNames : items.map(({ name }) => name));
  throw stopError({
    code: 'stop_target_unknown',
    message: `There is no ${scope} "${target}": nothing was stopped.`,
    remedy: `${near === undefined ? 'Take the name from the list of tools' : `Did you mean "${near}"?`}, or stop everything: bakerst stop all`,
  });
}

function isOf(server: string, tool: string): boolean {
  return tool.startsWith(server + SEPARATOR) && tool.length > server.length + SEPARATOR.length;
}
