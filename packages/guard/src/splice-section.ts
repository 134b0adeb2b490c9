import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { YAML_OPTIONS } from './policy-document.ts';

/** A text before and after an edit, and the path that the edit was about. */
export interface Edited {
  readonly before: string;
  readonly after: string;
  readonly path: readonly string[];
}

/**
 * The edited text with only the lines changed that the edit was about: a writer of YAML lays out all of a file anew.
 * Where lines cannot be exchanged (a map within braces), the whole text is the one laid out anew.
 */
export function spliceSection({ before, after, path }: Edited): string {
  const documents = { before: parse(before), after: parse(after) };
  const wanted: unknown = documents.after.toJS();
  for (let depth = path.length; depth > 0; depth -= 1) {
    const names = path.slice(0, depth);
    const from = sectionOf(before, documents.before, names);
    const to = sectionOf(after, documents.after, names);
    if (!from || !to) continue;
    const spliced = before.slice(0, from.start) + after.slice(to.start, to.end) + before.slice(from.end);
    if (isSame(spliced, wanted)) return spliced;
  }
  const added = sectionOf(after, documents.after, path.slice(0, 1));
  const appended = added && `${before.trimEnd()}\n${after.slice(added.start, added.end)}`;
  return appended !== undefined && isSame(appended, wanted) ? appended : after;
}

function isSame(text: string, wanted: unknown): boolean {
  const document = parse(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

function parse(text: string): Document {
  return parseDocument(text, YAML_OPTIONS);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The lines of a path: from its key to the key that follows it. */
function sectionOf(text: string, document: Document, path: readonly string[]): Range | undefined {
  let node: unknown = document.contents;
  let range: Range = { start: 0, end: text.length };
  for (const name of path) {
    if (!isMap(node) || node.flow === true) return undefined;
    const at = node.items.findIndex(({ key }) => isScalar(key) && key.value === name);
    const pair = node.items[at];
    const start = lineOf(text, pair?.key);
    if (!pair || start === undefined) return undefined;
    const next = node.items[at + 1];
    const end = next ? lineOf(text, next.key) : range.end;
    if (end === undefined) return undefined;
    range = { start, end };
    node = pair.value;
  }
  return range;
}

/** Where the line of a key starts; undefined where something else stands before it. */
function lineOf(text: string, key: unknown): number | undefined {
  const offset = isNode(key) ? key.range?.[0] : undefined;
  if (offset === undefined) return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start, offset).trim() === '' ? start : undefined;
}
