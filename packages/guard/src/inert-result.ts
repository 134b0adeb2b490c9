import { isDeepStrictEqual } from 'node:util';

/** An enum of more or longer members could spell out a sentence. */
const MOST_MEMBERS = 16;
const LONGEST_MEMBER = 32;
const MOST_ITEMS = 16;
const MOST_PROPERTIES = 64;
const LONGEST_NAME = 64;
const DEEPEST = 8;
/** Values in the whole result: many small ones can still carry a message. */
const MOST_VALUES = 256;

/** Keywords that say what a value is; anything else could say it differently, so that its value is not inert. */
const KNOWN = new Set([
  'type',
  'format',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
]);
/** Keywords that say nothing about values. */
const PROSE = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$schema',
  '$comment',
  '$id',
]);

type Json = Readonly<Record<string, unknown>>;

/**
 * True where a result cannot carry an instruction: every value of `structured` is a boolean, number, null, date, or a member
 * of a small enum that the pinned schema fixes, in closed objects and short lists; and `text` says nothing but the same JSON.
 * Such a result does not taint; it gives no provenance either. Never true for a failed call: error text is free text, so
 * do not ask. References and combinations (`$ref`, `anyOf`, `if`, ...) are not followed: what is not plain is not inert.
 */
export function isInert(resultSchema: unknown, structured: unknown, text: string): boolean {
  if (!isObject(resultSchema) || !isObject(structured)) return false;
  const budget = { values: MOST_VALUES };
  return (
    isInertValue({ schema: resultSchema, value: structured, depth: 0 }, budget) &&
    saysTheSame(text, structured)
  );
}

interface At {
  readonly schema: unknown;
  readonly value: unknown;
  readonly depth: number;
}
type Budget = { values: number };

function isInertValue({ schema, value, depth }: At, budget: Budget): boolean {
  budget.values -= 1;
  if (budget.values < 0 || depth > DEEPEST || !isObject(schema)) return false;
  if (!Object.keys(schema).every((keyword) => KNOWN.has(keyword) || PROSE.has(keyword))) return false;
  if (Object.hasOwn(schema, 'const')) return isMember([schema.const], value);
  if (Object.hasOwn(schema, 'enum')) return isMember(schema.enum, value);
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'integer':
      return Number.isSafeInteger(value) && isInRange(schema, value);
    case 'number':
      return Number.isFinite(value) && isInRange(schema, value);
    case 'string':
      return typeof value === 'string' && isDate(schema.format, value);
    case 'array':
      return isInertList({ schema, value, depth }, budget);
    case 'object':
      return isInertObject({ schema, value, depth }, budget);
    default:
      return false;
  }
}

function isMember(members: unknown, value: unknown): boolean {
  if (!Array.isArray(members) || members.length > MOST_MEMBERS) return false;
  const plain = members.every(
    (member) =>
      member === null ||
      typeof member === 'boolean' ||
      (typeof member === 'number' && Number.isFinite(member)) ||
      (typeof member === 'string' && member.length <= LONGEST_MEMBER),
  );
  return plain && members.includes(value);
}

/** A number out of its declared range is a server that does not keep its own schema. */
function isInRange(schema: Json, value: unknown): boolean {
  const number = Number(value);
  const within = (keyword: string, holds: (limit: number) => boolean): boolean => {
    const limit = schema[keyword];
    return limit === undefined || (typeof limit === 'number' && holds(limit));
  };
  return (
    within('minimum', (limit) => number >= limit) &&
    within('maximum', (limit) => number <= limit) &&
    within('exclusiveMinimum', (limit) => number > limit) &&
    within('exclusiveMaximum', (limit) => number < limit)
  );
}

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The value is checked, not the word of the schema: a validator may take `format` as a comment. */
function isDate(format: unknown, value: string): boolean {
  if (format === 'date') return DATE.test(value);
  return format === 'date-time' && DATE_TIME.test(value);
}

function isInertList({ schema, value, depth }: At, budget: Budget): boolean {
  if (!isObject(schema) || !Array.isArray(value)) return false;
  const { maxItems } = schema;
  if (typeof maxItems !== 'number' || maxItems > MOST_ITEMS || value.length > maxItems) return false;
  return value.every((item) => isInertValue({ schema: schema.items, value: item, depth: depth + 1 }, budget));
}

function isInertObject({ schema, value, depth }: At, budget: Budget): boolean {
  if (!isObject(schema) || !isObject(value)) return false;
  const { properties } = schema;
  if (schema.additionalProperties !== false || !isObject(properties)) return false;
  if (Object.keys(properties).length > MOST_PROPERTIES) return false;
  return Object.entries(value).every(
    ([name, item]) =>
      name !== '_meta' &&
      name.length <= LONGEST_NAME &&
      Object.hasOwn(properties, name) &&
      isInertValue({ schema: properties[name], value: item, depth: depth + 1 }, budget),
  );
}

/** No text, or the JSON of the same structure in any spacing and order of names. */
function saysTheSame(text: string, structured: unknown): boolean {
  if (text.trim() === '') return /^[ \t\r\n]*$/.test(text);
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return false;
  }
  // Names written twice, escapes and odd numbers would be lost in parsing: what the model reads is the text.
  return isDeepStrictEqual(said, structured) && lettersOf(text) === lettersOf(JSON.stringify(said));
}

function lettersOf(json: string): string {
  return json.replace(/[ \t\r\n]/g, '');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
