import type { Lookup, Referent } from '@bakerst/shared/guard';
import type { ToolOutput } from '@bakerst/shared/tools';
import { canonicalDigest } from './call-digest.ts';

/**
 * What the answer to a lookup says of the handle: found under the words as the only thing of that title, found as the
 * only thing at all, one of several, or not found. The version is the item's own digest. Pure.
 */
export function resolveReferent(lookup: Lookup, output: ToolOutput | undefined): Referent {
  const { argument, value, kind, words } = lookup;
  const base = { argument, value: value.slice(0, 2_000), kind, words: words.slice(0, 2_000) };
  if (!output || output.isError) return { ...base, state: 'unresolvable' };
  const items = itemsOf(dataOf(output), lookup.id);
  const its = items.find((item) => hasHandle(item[lookup.id], value));
  if (!its) return { ...base, state: 'not_found' };
  // What has no version could change unseen.
  const version = versionOf(its);
  if (version === undefined) return { ...base, state: 'unresolvable' };
  const title = typeof its[lookup.title] === 'string' ? String(its[lookup.title]) : undefined;
  const named = items.filter((item) => isCalled(item[lookup.title], words));
  const match =
    named.length === 1 && named[0] === its
      ? 'title'
      : named.length === 0 && items.length === 1
        ? 'only'
        : undefined;
  return {
    ...base,
    state: match ? 'resolved' : 'ambiguous',
    version,
    ...(match && { match }),
    ...(title !== undefined && { title: title.slice(0, 2_000) }),
  };
}

/** The best of several lookups of one handle: what its words find beats what others do not. */
export function bestReferents(referents: readonly Referent[]): readonly Referent[] {
  const best = new Map<string, Referent>();
  for (const one of referents) {
    const key = JSON.stringify([one.argument, one.value]);
    const former = best.get(key);
    if (!former || rank(one) > rank(former)) best.set(key, one);
  }
  return [...best.values()];
}

/**
 * Whether what a call refers to is not any more what it was. What was found, clearly or not, must still be found as it
 * was; what was the only one of its name must still be. Where nothing was found, nobody was shown anything that could move.
 */
export function hasMoved(former: Referent, now: Referent | undefined): boolean {
  if (former.version === undefined) return false;
  return now?.version !== former.version || (former.state === 'resolved' && now.state !== 'resolved');
}

function rank({ state, match }: Referent): number {
  if (state === 'resolved') return match === 'title' ? 5 : 4;
  return state === 'ambiguous' ? 3 : state === 'not_found' ? 2 : 1;
}

type Item = Readonly<Record<string, unknown>>;

const MOST_ITEMS = 10_000;

/** The handle itself, or one of a list: the people of an event. */
function hasHandle(handle: unknown, value: string): boolean {
  return Array.isArray(handle) ? handle.some((one) => String(one) === value) : String(handle) === value;
}

/** Objects with a handle, wherever they stand in the answer. */
function itemsOf(data: unknown, id: string): readonly Item[] {
  const found: Item[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (found.length >= MOST_ITEMS || depth > 8 || typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value) && Object.hasOwn(value, id)) found.push({ ...value });
    else for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(data, 0);
  return found;
}

function dataOf({ structured, content }: ToolOutput): unknown {
  if (structured !== undefined) return structured;
  const [first] = content;
  if (first?.type !== 'text') return undefined;
  try {
    return JSON.parse(first.text);
  } catch {
    return undefined;
  }
}

/** Same letters; punctuation of file names and white space aside. */
function isCalled(title: unknown, words: string): boolean {
  return typeof title === 'string' && plain(title) === plain(words);
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function versionOf(item: Item): string | undefined {
  try {
    return canonicalDigest(item);
  } catch {
    return undefined;
  }
}
