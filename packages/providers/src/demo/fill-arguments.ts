import type { ToolSpec } from '@bakerst/shared/models';
import { fieldsOf, type ToolField } from './tool-fields.ts';

export interface Filled {
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Required arguments that the words do not hold. */
  readonly missing: readonly string[];
}

/** Words that lead to a value and are not part of it. */
const LEAD =
  /^[\s,:]*(please\s+)?((with|saying|for|about|of|to|from|on|in|at|using|the|arguments?|text|tool)\b[\s:]*)*/i;

/**
 * Arguments of a tool from what a person says about them: a JSON object, `name=value` pairs, quoted strings and
 * numbers in order, or simply the rest of the sentence where one text is asked for.
 */
export function fillArguments(tool: ToolSpec, words: string): Filled {
  const json = jsonObject(words);
  if (json !== undefined) return withMissing(tool, json);
  const values = new Map<string, unknown>();
  const fields = fieldsOf(tool);
  let rest = takeNamed(fields, words, values);
  rest = takeChoices(fields, rest, values);
  rest = takeQuoted(fields, rest, values);
  rest = takeNumbers(fields, rest, values);
  takeRest(fields, rest, values);
  return withMissing(tool, Object.fromEntries(values));
}

function withMissing(tool: ToolSpec, values: Readonly<Record<string, unknown>>): Filled {
  const missing = fieldsOf(tool).flatMap((field) =>
    field.required && values[field.name] === undefined ? [field.name] : [],
  );
  return { arguments: values, missing };
}

function jsonObject(words: string): Readonly<Record<string, unknown>> | undefined {
  const text = words.slice(words.indexOf('{'), words.lastIndexOf('}') + 1);
  if (!text.startsWith('{')) return undefined;
  try {
    // Parsed text that begins with a brace is an object.
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Values = Map<string, unknown>;

function takeNamed(fields: readonly ToolField[], words: string, values: Values): string {
  return words.replaceAll(
    /([\w-]+)\s*[=:]\s*("[^"]*"|'[^']*'|[^\s,]+)/g,
    (whole, name: string, value: string) => {
      const field = fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (field === undefined || field.type === 'other') return whole;
      values.set(field.name, convert(field, value.replace(/^(["'])(.*)\1$/s, '$2')));
      return ' ';
    },
  );
}

function convert(field: ToolField, text: string): unknown {
  if (field.type === 'number') return Number(text);
  if (field.type === 'boolean') return /^(true|yes|on|1)$/i.test(text);
  return text;
}

function takeChoices(fields: readonly ToolField[], words: string, values: Values): string {
  for (const field of open(fields, values).filter((each) => each.choices.length > 0)) {
    const spoken = words.toLowerCase().split(/[^\w-]+/);
    const choice = field.choices.find((each) => spoken.includes(each.toLowerCase()));
    if (choice !== undefined) values.set(field.name, choice);
  }
  return words;
}

function takeQuoted(fields: readonly ToolField[], words: string, values: Values): string {
  const strings = open(fields, values).filter(
    (field) => field.type === 'string' && field.choices.length === 0,
  );
  return words.replaceAll(/"[^"]+"|“[^”]+”|`[^`]+`/g, (whole) => {
    const field = strings.shift();
    if (field === undefined) return whole;
    values.set(field.name, whole.slice(1, -1));
    return ' ';
  });
}

function takeNumbers(fields: readonly ToolField[], words: string, values: Values): string {
  const numbers = open(fields, values).filter((field) => field.type === 'number' && field.required);
  return words.replaceAll(/(?<![\w.])-?\d+(\.\d+)?(?![\w.]\w)/g, (whole) => {
    const field = numbers.shift();
    if (field === undefined) return whole;
    values.set(field.name, Number(whole));
    return ' ';
  });
}

/** The rest of the sentence belongs to the one text that is still asked for; among several, nobody can tell. */
function takeRest(fields: readonly ToolField[], words: string, values: Values): void {
  const strings = open(fields, values).filter(
    (field) => field.type === 'string' && field.choices.length === 0,
  );
  const needed = strings.filter((field) => field.required);
  const [field] = needed.length > 0 ? needed : strings;
  if (field === undefined || needed.length > 1 || (needed.length === 0 && strings.length > 1)) return;
  const text = words
    .replace(LEAD, '')
    .replace(/[?!.\s]+$/, '')
    .trim();
  if (text !== '') values.set(field.name, text);
}

function open(fields: readonly ToolField[], values: Values): ToolField[] {
  return fields
    .filter((field) => !values.has(field.name))
    .sort((a, b) => Number(b.required) - Number(a.required));
}
