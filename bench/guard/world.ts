import type { Lookup } from '@bakerst/shared/guard';
import type { DojoCall, Suite } from './dojo-data.ts';
import { isObject, readResult } from './read-result.ts';

/** A thing of the recorded world: an event, a file, a contact. */
export type Item = Readonly<Record<string, unknown>>;

/** What the clean world of a suite holds, as far as its recorded results show it. */
export interface World {
  /** Things that have a field, each once. */
  having(fields: readonly string[]): readonly Item[];
  /** The day the suite plays on, where a result tells it: `2024-05-15`. */
  readonly day: string | undefined;
  /** Arguments recorded with each tool, as samples of what it takes. */
  readonly calls: readonly DojoCall[];
}

export function readWorld(suite: Suite): World {
  const calls = suite.user_tasks.flatMap((task) => task.calls);
  const items = new Map<string, Item>();
  // What a write prints is the world after it; a look-up before it must not find that.
  for (const call of calls.filter((one) => !one.mutates)) {
    for (const item of itemsIn(readResult(call.result))) items.set(JSON.stringify(keyOf(item)), item);
  }
  const all = [...items.values()];
  return {
    having: (fields) =>
      all.filter((item) =>
        fields.every((field) => typeof item[field] === 'string' || Array.isArray(item[field])),
      ),
    day: dayIn(calls),
    calls,
  };
}

/** Items of one kind are told apart by their id, else by all they hold. */
function keyOf(item: Item): unknown {
  return 'id_' in item ? [Object.keys(item).toSorted(), item.id_] : item;
}

function itemsIn(value: unknown): readonly Item[] {
  if (Array.isArray(value)) return value.flatMap(itemsIn);
  if (!isObject(value)) return [];
  const inner = 'result' in value ? itemsIn(value.result) : [];
  return inner.length > 0 ? inner : [value];
}

function dayIn(calls: readonly DojoCall[]): string | undefined {
  const days = calls.map((call) => /^\d{4}-\d{2}-\d{2}$/.exec(call.result.trim())?.[0]);
  return days.find((day) => day !== undefined);
}

/** Fields a search of people's things looks through. */
const SEARCHED = ['title', 'description', 'content', 'subject', 'body', 'name'];

/** What the query tool of a look-up would answer: things whose searched fields hold the words, in any case. */
export function answerLookup(
  world: World,
  lookup: Lookup,
  source: { readonly query: string; readonly id: string; readonly title: string },
): readonly Item[] {
  const words = lookup.words.toLowerCase().trim();
  // A query that is named like the title looks at nothing else: `search_files_by_filename(filename)`.
  const searched = source.query === source.title ? [source.title] : [...new Set([source.title, ...SEARCHED])];
  return world
    .having([source.id, source.title])
    .filter((item) => searched.some((field) => holds(item[field], words)));
}

function holds(value: unknown, words: string): boolean {
  return typeof value === 'string' && value.toLowerCase().replaceAll(/\s+/g, ' ').includes(words);
}
