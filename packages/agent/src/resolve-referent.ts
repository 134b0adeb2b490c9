import type { Lookup, Referent } from '@bakerst/shared/guard';
import type { ToolOutput } from '@bakerst/shared/tools';
import { canonicalDigest } from './call-digest.ts';

/** A referent before the best of several lookups is chosen. */
export interface FoundReferent extends Referent {
  /** The words stand in the title of another thing than the handle's. */
  readonly isElsewhere?: true;
}

/** The things of one answer, read once however many lookups it answers. */
export interface LookupAnswer {
  /** Things with a handle and a title in those fields. */
  readonly items: (fields: Pick<Lookup, 'id' | 'title'>) => Items;
}

/** Reads the answer to a lookup; undefined where it says nothing. */
export function readAnswer(output: ToolOutput | undefined): LookupAnswer | undefined {
  if (!output || output.isError) return undefined;
  const data = dataOf(output);
  const read = new Map<string, Items>();
  return {
    items: ({ id, title }) => {
      const key = JSON.stringify([id, title]);
      const items = read.get(key) ?? itemsOf(data, { id, title });
      read.set(key, items);
      return items;
    },
  };
}

/**
 * What the answer to a lookup says of the handle: found under the words as the only thing of that title, found as the
 * only thing at all, one of several, or not found. The version is the item's own digest. Pure.
 */
export function resolveReferent(lookup: Lookup, answer: LookupAnswer | undefined): FoundReferent {
  const { argument, value, kind, words } = lookup;
  const base = { argument, value: value.slice(0, 2_000), kind, words: words.slice(0, 2_000) };
  if (!answer) return { ...base, state: 'unresolvable' };
  const { items, complete } = answer.items(lookup);
  const own = items.filter(({ fields }) => isOwned(fields, lookup));
  const wanted = exact(words);
  const named = own.filter((item) => item.title === wanted);
  const holders = items.filter((item) => hasHandle(item.handle, value));
  const its = holders.find((item) => named.includes(item)) ?? holders[0];
  const alike = titlesLike(
    words,
    own.filter((item) => item !== its),
  );
  const isElsewhere = alike.length > 0 && { isElsewhere: true as const };
  if (!its) return { ...base, state: 'not_found', ...isElsewhere };
  // What has no version could change unseen.
  const version = versionOf(its);
  if (version === undefined) return { ...base, state: 'unresolvable' };
  const isClear = complete && own.includes(its) && isOneThing(holders, its, version);
  const match = isClear ? matchOf({ its, named, own }) : undefined;
  return {
    ...base,
    ...isElsewhere,
    state: match ? 'resolved' : 'ambiguous',
    version,
    ...(match && { match }),
    ...(alike.length > 0 && { alike }),
    ...(its.shown !== undefined && { title: its.shown.slice(0, 2_000).toWellFormed() }),
  };
}

interface Candidates {
  readonly its: Item;
  readonly named: readonly Item[];
  readonly own: readonly Item[];
}

function matchOf({ its, named, own }: Candidates): Referent['match'] {
  if (named.length === 1 && named[0] === its) return 'title';
  return named.length === 0 && own.length === 1 ? 'only' : undefined;
}

/** A handle that two different things share says nothing; the guest of two events is one person. */
function isOneThing(holders: readonly Item[], its: Item, version: string): boolean {
  return Array.isArray(its.handle) || holders.every((item) => item === its || versionOf(item) === version);
}

function isOwned(fields: Item['fields'], { owner }: Lookup): boolean {
  return !owner || (Object.hasOwn(fields, owner.field) && fields[owner.field] === owner.value);
}

const MOST_OTHERS = 8;

/** The best of several lookups of one handle: what its words find beats what others do not. */
export function bestReferents(referents: readonly FoundReferent[]): readonly Referent[] {
  const best = new Map<string, FoundReferent>();
  for (const one of referents) {
    const former = best.get(keyOf(one));
    if (!former || rank(one) > rank(former)) best.set(keyOf(one), one);
  }
  return [...best.values()].map(({ isElsewhere: _, ...chosen }) => {
    const others = referents.filter(
      (one) =>
        one.isElsewhere &&
        keyOf(one) === keyOf(chosen) &&
        one.kind === chosen.kind &&
        one.words !== chosen.words,
    );
    const words = [...new Set(others.map((one) => one.words ?? ''))].slice(0, MOST_OTHERS);
    return words.length > 0 ? { ...chosen, others: words } : chosen;
  });
}

function keyOf({ argument, value }: Referent): string {
  return JSON.stringify([argument, value]);
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

interface Item {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly handle: unknown;
  /** Its title as the source writes it, as it is compared, and as somebody could say it. */
  readonly shown?: string;
  readonly title?: string;
  readonly loose?: string;
}

const MOST_ITEMS = 10_000;
const DEEPEST = 8;

/** The handle itself, or one of a list: the people of an event. */
function hasHandle(handle: unknown, value: string): boolean {
  return Array.isArray(handle) ? handle.some((one) => isHandle(one, value)) : isHandle(handle, value);
}

/** Only texts and numbers name things; what else a server writes there may not even have a text. */
function isHandle(one: unknown, value: string): boolean {
  return (typeof one === 'string' || typeof one === 'number') && String(one) === value;
}

interface Items {
  readonly items: readonly Item[];
  /** False where there is more than was looked at: then nothing is the only one. */
  readonly complete: boolean;
}

/** Objects with a handle, wherever they stand in the answer. */
function itemsOf(data: unknown, { id, title }: Pick<Lookup, 'id' | 'title'>): Items {
  const items: Item[] = [];
  let complete = true;
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (items.length >= MOST_ITEMS || depth > DEEPEST) complete = false;
    else if (!Array.isArray(value) && Object.hasOwn(value, id))
      items.push(itemOf({ ...value }, { id, title }));
    else for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(data, 0);
  return { items, complete };
}

/** All texts or none: of a list that is sent item by item, a twin may be in any of them. */
function dataOf({ structured, content }: ToolOutput): unknown {
  if (structured !== undefined) return structured;
  try {
    return content.map((part): unknown => (part.type === 'text' ? JSON.parse(part.text) : undefined));
  } catch {
    return undefined;
  }
}

function itemOf(fields: Item['fields'], { id, title }: Pick<Lookup, 'id' | 'title'>): Item {
  const handle = fields[id];
  const shown = Object.hasOwn(fields, title) ? fields[title] : undefined;
  return typeof shown === 'string'
    ? { fields, handle, shown, title: exact(shown), loose: ` ${loose(shown)} ` }
    : { fields, handle };
}

/** The letters as they are: only case and white space aside. */
function exact(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

const MOST_ALIKE = 5;

/** `plan.md` is the whole name of a file; a title in words is often shortened. */
const FILE_NAME = /\.[A-Za-z][A-Za-z0-9]{1,4}$/;

/**
 * Titles of things that somebody could mean by the words: `Team-Lunch (weekly)` by `Team lunch`, but no `plan.md.old` by
 * `plan.md`.
 */
function titlesLike(words: string, items: readonly Item[]): string[] {
  const wanted = loose(words);
  if (wanted === '') return [];
  const isWhole = FILE_NAME.test(words);
  const titles = items.flatMap(({ shown, loose: said }) =>
    shown !== undefined && (isWhole ? said === ` ${wanted} ` : said?.includes(` ${wanted} `))
      ? [shown.slice(0, 200).toWellFormed()]
      : [],
  );
  return [...new Set(titles)].slice(0, MOST_ALIKE);
}

function loose(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

function versionOf({ fields }: Item): string | undefined {
  try {
    return canonicalDigest(fields);
  } catch {
    return undefined;
  }
}
