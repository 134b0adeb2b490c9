export interface JsonProblem {
  readonly kind: 'duplicate_key' | 'forbidden_key' | 'unsafe_number' | 'lone_surrogate' | 'too_deep';
  readonly detail: string;
}

/** One token of JSON text that is known to be valid: a string, a number, or a mark. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]:,]|true|false|null/gs;

/**
 * Walks JSON text that `JSON.parse` has accepted and finds what it silently lets through. Linear in the text.
 */
export function findJsonProblem(text: string, maxDepth: number): JsonProblem | undefined {
  const place: Place = { stack: [], expectKey: false };
  for (const [token] of text.matchAll(TOKEN)) {
    if (move(place, token)) {
      if (place.stack.length > maxDepth) return { kind: 'too_deep', detail: `${place.stack.length}` };
      continue;
    }
    const problem = scalarProblem(token, place.expectKey ? place.stack.at(-1) : undefined);
    if (problem) return problem;
  }
  return undefined;
}

interface Place {
  /** Keys of each open object; `undefined` for an open array. */
  readonly stack: (Set<string> | undefined)[];
  expectKey: boolean;
}

/** Follows a structural mark; false for a scalar. */
function move(place: Place, token: string): boolean {
  switch (token) {
    case '{':
    case '[':
      place.stack.push(token === '{' ? new Set() : undefined);
      place.expectKey = token === '{';
      return true;
    case '}':
    case ']':
      place.stack.pop();
      place.expectKey = false;
      return true;
    case ',':
      place.expectKey = place.stack.at(-1) !== undefined;
      return true;
    case ':':
      place.expectKey = false;
      return true;
    default:
      return false;
  }
}

function scalarProblem(token: string, keys: Set<string> | undefined): JsonProblem | undefined {
  if (token[0] === '"') return stringProblem(JSON.parse(token) as string, keys);
  if (token[0] === 't' || token[0] === 'f' || token[0] === 'n') return undefined;
  const value = Number(token);
  const isWhole = !/[.eE]/.test(token);
  const isExact = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isExact ? undefined : { kind: 'unsafe_number', detail: token.slice(0, 40) };
}

function stringProblem(value: string, keys: Set<string> | undefined): JsonProblem | undefined {
  if (!value.isWellFormed()) return { kind: 'lone_surrogate', detail: '' };
  if (!keys) return undefined;
  if (keys.has(value)) return { kind: 'duplicate_key', detail: value.slice(0, 100) };
  if (value === '__proto__') return { kind: 'forbidden_key', detail: value };
  keys.add(value);
  return undefined;
}
