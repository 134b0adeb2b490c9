import { hasHiddenCharacters, makeVisible } from '@bakerst/shared/hidden-text';
import type { McpLimits } from './limits.ts';

/** A JSON Schema of a server, made harmless, or the reason why its tool is left out. */
export type BoundedSchema =
  | { readonly ok: true; readonly schema: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

/**
 * Copies a schema within limits of depth, size and references, which may only point inside. `pattern` becomes prose,
 * because the engine that would run it backtracks and the server would choose both pattern and (through the model)
 * text; so does `uniqueItems`, whose check grows with the square of the list, and any `format` that is not known to be
 * cheap. The server checks them itself. `$id` goes, because it would change what references mean.
 */
export function boundSchema(raw: unknown, limits: McpLimits): BoundedSchema {
  if (!isRecord(raw)) return { ok: false, reason: 'its schema is not an object' };
  if (raw.type !== 'object') return { ok: false, reason: 'its schema does not describe an object' };
  const walk: Walk = { limits, nodes: 0, references: 0 };
  try {
    const schema = copySchema(raw, walk, 0);
    return isRecord(schema) ? { ok: true, schema } : { ok: false, reason: 'its schema is not an object' };
  } catch (error) {
    if (error instanceof SchemaRefusal) return { ok: false, reason: error.message };
    throw error;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Never leaves this file. */
class SchemaRefusal extends Error {}

interface Walk {
  readonly limits: McpLimits;
  nodes: number;
  references: number;
}

/** Keywords whose value maps names of the author's choice to schemas. */
const MAPS = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose value is data, not a schema. */
const DATA = new Set(['enum', 'const', 'default', 'examples', 'required', 'dependentRequired', 'type']);
const PROSE = new Set(['title', 'description', '$comment']);
/** Keywords that cost more than they are worth here, and are told to the model instead. */
const AS_PROSE = ['pattern', 'uniqueItems'] as const;
const CHEAP_FORMATS: ReadonlySet<unknown> = new Set([
  ...['date', 'time', 'date-time', 'duration', 'uuid', 'ipv4', 'ipv6', 'hostname', 'email', 'uri'],
  ...['int32', 'int64', 'float', 'double'],
]);
const DROPPED = new Set<string>(['$id', 'id', '$anchor', '$dynamicAnchor', '$vocabulary', ...AS_PROSE]);
const REFUSED = new Set(['$dynamicRef', '$recursiveRef', 'patternProperties']);
const DIALECTS = /^https?:\/\/json-schema\.org\/(draft-07|draft\/2020-12)\/schema#?$/;

function copySchema(value: unknown, walk: Walk, depth: number): unknown {
  count(walk, depth);
  if (Array.isArray(value)) return value.map((item) => copySchema(item, walk, depth + 1));
  if (!isRecord(value)) return copyScalar(value);
  const copy: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    checkKey(key);
    if (REFUSED.has(key)) throw new SchemaRefusal(`its schema uses ${key}, which is not supported`);
    if (DROPPED.has(key) || (key === 'format' && !CHEAP_FORMATS.has(member))) continue;
    copy.push([key, copyMember(key, member, { walk, depth: depth + 1 })]);
  }
  const told = toldInProse(value);
  if (told !== '') copy.push(withNote(told, copy, walk));
  return Object.fromEntries(copy);
}

function copyMember(
  key: string,
  member: unknown,
  at: { readonly walk: Walk; readonly depth: number },
): unknown {
  const { walk, depth } = at;
  if (key === '$ref') return localReference(member, walk);
  if (key === '$schema') return dialect(member);
  if (PROSE.has(key)) return prose(member, walk);
  if (DATA.has(key)) return copyData(member, walk, depth);
  return MAPS.has(key) ? copyMap(member, walk, depth) : copySchema(member, walk, depth);
}

function copyMap(value: unknown, walk: Walk, depth: number): unknown {
  count(walk, depth);
  if (!isRecord(value)) throw new SchemaRefusal('its schema is malformed');
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      checkKey(name);
      return [name, copySchema(member, walk, depth + 1)];
    }),
  );
}

function copyData(value: unknown, walk: Walk, depth: number): unknown {
  count(walk, depth);
  if (Array.isArray(value)) return value.map((item) => copyData(item, walk, depth + 1));
  if (!isRecord(value)) return copyScalar(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      checkKey(name);
      return [name, copyData(member, walk, depth + 1)];
    }),
  );
}

function copyScalar(value: unknown): unknown {
  if (typeof value === 'string' && hasHiddenCharacters(value)) {
    throw new SchemaRefusal('its schema holds hidden characters');
  }
  // `1e999` is JSON, but what it parses to is not: whoever hashed or sent the tool would fail on it.
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SchemaRefusal('its schema holds a number that is too large');
  }
  return value;
}

function checkKey(key: string): void {
  if (key === '__proto__') throw new SchemaRefusal('its schema uses the name __proto__');
  if (hasHiddenCharacters(key)) throw new SchemaRefusal('its schema holds names with hidden characters');
}

function count(walk: Walk, depth: number): void {
  walk.nodes += 1;
  if (depth > walk.limits.schemaDepth)
    throw new SchemaRefusal(`its schema is nested deeper than ${walk.limits.schemaDepth}`);
  if (walk.nodes > walk.limits.schemaNodes)
    throw new SchemaRefusal(`its schema has more than ${walk.limits.schemaNodes} parts`);
}

function localReference(value: unknown, walk: Walk): string {
  walk.references += 1;
  if (walk.references > walk.limits.schemaRefs)
    throw new SchemaRefusal(`its schema has more than ${walk.limits.schemaRefs} references`);
  if (typeof value === 'string' && value.startsWith('#') && !hasHiddenCharacters(value)) return value;
  throw new SchemaRefusal('its schema refers to another document');
}

function dialect(value: unknown): string {
  if (typeof value === 'string' && DIALECTS.test(value)) return value;
  throw new SchemaRefusal('its schema is written in a dialect that is not supported');
}

function prose(value: unknown, walk: Walk): string {
  if (typeof value !== 'string') throw new SchemaRefusal('its schema is malformed');
  return cut(makeVisible(value), walk.limits.descriptionChars);
}

/** What a schema says with keywords that are not kept. */
function toldInProse({ pattern, uniqueItems, format }: Readonly<Record<string, unknown>>): string {
  const told = [
    ...(typeof pattern === 'string' ? [`pattern: ${pattern}`] : []),
    ...(uniqueItems === true ? ['no item twice'] : []),
    ...(typeof format === 'string' && !CHEAP_FORMATS.has(format) ? [`format: ${format}`] : []),
  ];
  return told.length === 0 ? '' : `(${told.join('; ')})`;
}

function withNote(told: string, copy: [string, unknown][], walk: Walk): [string, string] {
  const at = copy.findIndex(([key]) => key === 'description');
  const said = at < 0 ? '' : `${String(copy.splice(at, 1)[0]?.[1])} `;
  return ['description', prose(`${said}${told}`, walk)];
}

export function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars).toWellFormed()} [… ${text.length - maxChars} more characters left out]`;
}
