import { ownField } from './own-field.ts';

const DEEPEST = 8;
const MOST_KEYS = 200;
const MOST_VISITS = 2_000;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const BRANCHES = ['anyOf', 'oneOf', 'allOf', 'prefixItems'] as const;

interface Walk {
  readonly root: unknown;
  readonly found: Set<string>;
  visits: number;
}

/**
 * Names of properties that the schema of one argument declares below it, in order; plain ones alone. Of `root`, the whole
 * schema, only the local definitions are read.
 */
export function nestedKeys(schema: unknown, root: unknown): readonly string[] {
  const walk: Walk = { root, found: new Set(), visits: 0 };
  visit(schema, 0, walk);
  return [...walk.found].slice(0, MOST_KEYS);
}

function visit(schema: unknown, depth: number, walk: Walk): void {
  walk.visits += 1;
  if (depth > DEEPEST || walk.visits > MOST_VISITS || typeof schema !== 'object' || schema === null) return;
  const properties = Object.entries(objectAt(schema, 'properties'));
  for (const [name, below] of properties) {
    if (PLAIN.test(name) && name !== '__proto__') walk.found.add(name);
    visit(below, depth + 1, walk);
  }
  visit(ownField(schema, 'items'), depth + 1, walk);
  for (const branch of BRANCHES) {
    const parts = ownField(schema, branch);
    if (Array.isArray(parts)) for (const part of parts) visit(part, depth + 1, walk);
  }
  const definition = definitionOf(ownField(schema, '$ref'), walk.root);
  if (definition !== undefined) visit(definition, depth + 1, walk);
}

/** `#/$defs/Attachment` */
function definitionOf(reference: unknown, root: unknown): unknown {
  if (typeof reference !== 'string') return undefined;
  const [, place, name] = /^#\/(\$defs|definitions)\/([^/~%]{1,200})$/.exec(reference) ?? [];
  return place !== undefined && name !== undefined ? ownField(ownField(root, place), name) : undefined;
}

function objectAt(value: unknown, name: string): object {
  const found = ownField(value, name);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}
