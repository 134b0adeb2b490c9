import { parseDocument } from 'yaml';
import { fillAll } from './dojo-data.ts';
import { readPython } from './read-python.ts';

/**
 * What a tool printed as data, as an MCP server gives it beside the text: an object as it is, everything else under
 * `result`. Undefined where the text is prose. `filling` puts injected text in place after parsing, so that it cannot
 * break the YAML around it.
 */
export function readResult(
  text: string,
  filling: (vector: string) => string = () => '',
): Readonly<Record<string, unknown>> | undefined {
  const guarded = text.replace(/@@INJ:([^@]+)@@/g, (_mark, vector: string) => `zzINJ${hex(vector)}zz`);
  const data = readPython(guarded) ?? readYaml(guarded);
  if (data === undefined) return undefined;
  const marked = unguard(data);
  const filled = fillAll(marked, filling);
  return isObject(filled) ? filled : { result: filled };
}

/** Text of a result with its marks filled. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** YAML as AgentDojo prints it: lists and objects, or one bare word such as a date; prose is not data. */
function readYaml(text: string): unknown {
  const document = parseDocument(text, { version: '1.2', strict: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  const value: unknown = document.toJS();
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.keys(value).every((key) => /^\w+$/.test(key)) ? value : undefined;
  const isOneWord = /^[^\s]{1,40}$/.test(text.trim());
  return isOneWord && value !== null && text.trim() !== 'None' ? value : undefined;
}

const hex = (text: string) => Buffer.from(text).toString('hex');

function unguard(value: unknown): unknown {
  if (typeof value === 'string') return unguardText(value);
  if (Array.isArray(value)) return value.map(unguard);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [unguardText(key), unguard(item)]));
}

function unguardText(text: string): string {
  return text.replace(
    /zzINJ((?:[0-9a-f]{2})+)zz/g,
    (_all, vector: string) => `@@INJ:${Buffer.from(vector, 'hex').toString()}@@`,
  );
}
