import { hasHiddenCharacters, makeVisible } from '@bakerst/shared/hidden-text';
import type { PolicyProblem } from '@bakerst/shared/policy';
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';

/** A policy file as it was read, with the places of its parts. */
export interface PolicyDocument {
  readonly value: unknown;
  /** Line and column of a path, or of the nearest part above it that exists. `key` asks for the place of its key. */
  place(path: readonly PropertyKey[], key?: string): Place;
}

export interface Place {
  readonly line?: number;
  readonly column?: number;
}

export const MAX_POLICY_BYTES = 1_000_000;

type Read =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/**
 * Reads YAML 1.2 without the parts that let a file mean something else than it looks like: no anchors, tags,
 * directives, duplicate keys, hidden characters. Never throws.
 */
export function readPolicyDocument(text: string): Read {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    return refused({ path: '', message: 'The policy is larger than 1 MB.', remedy: 'Make it shorter.' });
  }
  try {
    return read(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'no reason given';
    return refused({
      path: '',
      message: `The policy cannot be read: ${why}`,
      remedy: 'Nest it less deeply.',
    });
  }
}

function refused(...problems: readonly PolicyProblem[]): Read {
  return { ok: false, problems };
}

/** The options every reader and editor of a policy uses: one text must not mean two things. */
export const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  uniqueKeys: true,
  strict: true,
  merge: false,
} as const;

function read(text: string): Read {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { ...YAML_OPTIONS, lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return line > 0 ? { line, column: col } : {};
  };
  const problems = [
    ...hiddenCharacters(text),
    ...[...parsed.errors, ...parsed.warnings].map((error) => ({
      ...place(error.pos[0]),
      path: '',
      message: error.message.slice(0, 300),
      remedy: 'Correct the YAML at this place.',
    })),
    ...strangeParts(parsed, place),
  ];
  if (problems.length > 0) return refused(...problems.slice(0, 50));
  const value: unknown = parsed.toJS({ maxAliasCount: 0 });
  return { ok: true, document: { value, place: (path, key) => placeOf(parsed, { path, key, place }) } };
}

function hiddenCharacters(text: string): PolicyProblem[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((content, at) => {
    if (!hasHiddenCharacters(content)) return [];
    const shown = makeVisible(content).trim().slice(0, 120);
    const remedy = 'Remove it: what a policy says must be what people see.';
    return [{ line: at + 1, path: '', message: `A hidden character stands here: ${shown}`, remedy }];
  });
}

function strangeParts(parsed: Document, place: (offset: number) => Place): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const add = (offset: number | undefined, message: string, remedy: string) =>
    problems.push({ ...(offset === undefined ? {} : place(offset)), path: '', message, remedy });
  if (parsed.directives?.yaml.explicit || /^%/m.test(parsed.directives?.toString(parsed) ?? '')) {
    add(0, 'A policy has no YAML directives.', 'Remove the lines that start with %.');
  }
  visit(parsed, {
    Node(_key, node) {
      const from = node.range?.[0];
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
        add(from, 'A policy has no anchors and aliases.', 'Write the part out where it is used.');
      } else if (node.tag !== undefined) {
        add(
          from,
          `A policy has no tags such as ${node.tag.slice(0, 60)}.`,
          'Remove the tag; quote a text instead.',
        );
      } else if (isScalar(node) && !isPlainValue(node.value)) {
        add(
          from,
          `${String(node.source).slice(0, 60)} is not an exact number.`,
          'Quote it, or write a smaller number.',
        );
      }
    },
    Pair(_key, { key }) {
      const name = isScalar(key) ? key.value : undefined;
      const from = isNode(key) ? key.range?.[0] : undefined;
      if (typeof name !== 'string') add(from, 'A key is a text.', 'Quote the key.');
      else if (name === '__proto__') add(from, '__proto__ is not a name.', 'Choose another name.');
      else if (name === '<<')
        add(from, 'A policy has no merge keys.', 'Write the part out where it is used.');
    },
  });
  return problems;
}

function isPlainValue(value: unknown): boolean {
  if (typeof value !== 'number') return typeof value !== 'bigint';
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

interface Wanted {
  readonly path: readonly PropertyKey[];
  readonly key: string | undefined;
  readonly place: (offset: number) => Place;
}

function placeOf(parsed: Document, { path, key, place }: Wanted): Place {
  let node: unknown = parsed.contents;
  let offset = 0;
  for (const step of key === undefined ? path : [...path, key]) {
    const next = stepInto(node, step);
    if (!next) break;
    ({ node, offset } = next);
  }
  return place(offset);
}

function stepInto(node: unknown, step: PropertyKey): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    if (!pair || !isNode(pair.key)) return undefined;
    return { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  const items = isNode(node) && 'items' in node && Array.isArray(node.items) ? node.items : [];
  const item: unknown = typeof step === 'number' ? items[step] : undefined;
  return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined;
}
