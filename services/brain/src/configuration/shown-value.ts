import type { PathPart } from './json-document.ts';

const HIDDEN = '(hidden)';
const REFERENCE = /^(env|file):/;

/** A setting as people may see it: references as they are, everything that may hold a secret hidden. */
export function shownValue(path: readonly PathPart[], value: unknown): unknown {
  if (typeof value === 'string') return shownText(path, value);
  if (isArguments(path) && Array.isArray(value)) return value.map((item) => hideAssigned(String(item)));
  return value;
}

function shownText(path: readonly PathPart[], text: string): string {
  const [root, , field] = path;
  if (root === 'mcpServers' && (field === 'env' || field === 'headers'))
    return REFERENCE.test(text) ? text : HIDDEN;
  const last = path.at(-1);
  return last === 'url' || last === 'baseUrl' ? withoutCredentials(text) : text;
}

/** User name, password and query of an address may all be keys. */
function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (url === null) return HIDDEN;
  if (url.username !== '' || url.password !== '') {
    url.username = 'hidden';
    url.password = '';
  }
  const names = [...url.searchParams.keys()];
  for (const name of names) url.searchParams.set(name, 'hidden');
  return url.href;
}

function isArguments(path: readonly PathPart[]): boolean {
  return path[0] === 'mcpServers' && path[2] === 'args';
}

const SECRET_NAME = /key|token|secret|password|auth/i;

/** `--api-key=abc` keeps its name only. */
function hideAssigned(argument: string): string {
  // What stands before the last `=` may be a name; looked for once, since arguments may be long.
  return SECRET_NAME.test(argument.slice(0, Math.max(0, argument.lastIndexOf('='))))
    ? argument.replace(/=.*/s, `=${HIDDEN}`)
    : argument;
}
