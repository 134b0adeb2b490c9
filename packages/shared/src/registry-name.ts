import { createHash } from 'node:crypto';

const MAX_NAME_CHARS = 64;

/**
 * The registry's name for a server's tool: `<server>__<tool>`; what models do not take in a name becomes `_`, what is
 * too long ends with a hash. Core tools have no `__`.
 */
export function registryName(server: string, tool: string): string {
  const name = `${server}__${tool.replace(/[^a-zA-Z0-9_-]/g, '_')}`;
  if (name.length <= MAX_NAME_CHARS) return name;
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_NAME_CHARS - hash.length - 1)}_${hash}`;
}
