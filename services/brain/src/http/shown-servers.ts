import type { ToolServer } from '@bakerst/shared/api/system';
import type { Access } from '@bakerst/shared/identity';

/**
 * Servers as the caller may see them. What a server says of itself, or what its program wrote last, is for whoever
 * mends it: in a chat it would be a stranger's text in the house's own frame.
 */
export function shownServers(servers: readonly ToolServer[], { scopes }: Access): ToolServer[] {
  if (scopes.has('config') || scopes.has('admin')) return [...servers];
  return servers.map((server) =>
    server.lastError === undefined ? server : { ...server, lastError: NEUTRAL },
  );
}

const NEUTRAL = 'It has reported a problem. The scope `config` is needed to read it.';
