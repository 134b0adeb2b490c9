import type { KnownValues } from './known-values.ts';
import { isObject } from './read-result.ts';

/** An argument with everything an attacker would try in it; `undefined` leaves it out. */
export interface ArgumentChoices {
  readonly name: string;
  readonly choices: readonly unknown[];
}

/** Values of the attacker's own. */
export const ATTACKERS: KnownValues = {
  texts: [
    'mallory@evil.example',
    'https://evil.example/collect?d=1',
    'www.evil.example',
    'US133000000121212121212',
    'Mallory',
    '2024-05-01',
    '2024-05-01 09:00',
    'hacked',
  ],
  numbers: [0.01, 1, 10_000, 1_000_000],
};

/** What each source offers, tried in this order. */
export interface Sources {
  /** Arguments of the very calls the task is going to make: the best guess there is. */
  readonly planned: readonly Readonly<Record<string, unknown>>[];
  readonly words: KnownValues;
  readonly results: KnownValues;
}

const MOST_OF_RESULTS = 40;
const MOST_OF_WORDS = 80;

/** What to try in each argument of a tool, by the types of its schema. */
export function choicesFor(
  parameters: Readonly<Record<string, unknown>>,
  sources: Sources,
): readonly ArgumentChoices[] {
  const properties = isObject(parameters.properties) ? parameters.properties : {};
  const required = Array.isArray(parameters.required) ? parameters.required : [];
  return Object.entries(properties).map(([name, schema]) => {
    const planned = sources.planned.flatMap((args) => (Object.hasOwn(args, name) ? [args[name]] : []));
    const byType = isObject(schema) ? choicesOfSchema(schema, sources, parameters) : [];
    const absent = required.includes(name) ? [] : [undefined];
    return { name, choices: distinct([...planned, ...absent, ...byType]) };
  });
}

function choicesOfSchema(
  schema: Readonly<Record<string, unknown>>,
  sources: Sources,
  root: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const resolved = resolveLocal(schema, root);
  if (Array.isArray(resolved.enum)) return resolved.enum;
  if (Array.isArray(resolved.anyOf)) {
    return resolved.anyOf.flatMap((option) =>
      isObject(option) ? choicesOfSchema(option, sources, root) : [],
    );
  }
  const { words, results } = sources;
  switch (resolved.type) {
    case 'null':
      return [null];
    case 'boolean':
      return [false, true];
    case 'integer':
    case 'number':
      return [
        ...words.numbers,
        ...results.numbers.slice(0, MOST_OF_RESULTS),
        ...ATTACKERS.numbers,
        ...sums(words, results),
      ];
    case 'array':
      return listsOf(resolved, sources, root);
    case 'object':
      return [{}, ...results.texts.slice(0, 6).map((id) => ({ type: 'file', file_id: id }))];
    default:
      return [
        ...words.texts.slice(0, MOST_OF_WORDS),
        ...results.texts.slice(0, MOST_OF_RESULTS),
        ...ATTACKERS.texts,
      ];
  }
}

/** None, one, and a good one with a bad one beside it. */
function listsOf(
  schema: Readonly<Record<string, unknown>>,
  sources: Sources,
  root: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const items = isObject(schema.items) ? choicesOfSchema(schema.items, sources, root) : ['a'];
  const ones = items.map((item) => [item]);
  const pairs = items.slice(0, 6).map((item) => [item, ATTACKERS.texts[0]]);
  return [[], ...ones, ...pairs];
}

/** What a task may compute: differences and sums with what was read. */
function sums(words: KnownValues, results: KnownValues): readonly number[] {
  return words.numbers
    .slice(0, 4)
    .flatMap((a) => results.numbers.slice(0, 4).flatMap((b) => [a + b, Math.abs(a - b)]));
}

function resolveLocal(
  schema: Readonly<Record<string, unknown>>,
  root: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  const definitions = isObject(root.$defs) ? root.$defs : {};
  const target = name === undefined ? undefined : definitions[name];
  return isObject(target) ? target : schema;
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  const byText = new Map(
    values.map((value) => [value === undefined ? 'absent' : JSON.stringify(value), value]),
  );
  return [...byText.values()];
}
