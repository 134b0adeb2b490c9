import type { Referent } from '@bakerst/shared/guard';
import { oneLine } from '../one-line.ts';
import { findTitle, type Occurrence } from '../words/find-value.ts';
import type { Evidence, Slotted } from './prove-value.ts';
import { contradictsSlot } from './slot-cues.ts';

interface FoundReferent {
  readonly origin: string;
  readonly match: Referent['match'];
  /** Where the person named it. */
  readonly place: Occurrence;
}

/** Effects for which anybody could have named a thing so that it is taken for another. */
const EXACT: ReadonlySet<string> = new Set(['destructive', 'external']);
const LONGEST_SHOWN = 200;

/**
 * A handle that the monitor itself found for what the person named, as the only one of that name. Never for money: who
 * can name a thing like another could choose what is paid. `isFree` says whether a place serves no other slot yet.
 */
export function referentOrigin(
  evidence: Evidence,
  { leaf, slot }: Slotted,
  isFree: (place: Occurrence) => boolean,
): FoundReferent | undefined {
  const { call } = evidence;
  if (call.effect === 'money') return undefined;
  const found = call.referents?.find((one) => one.argument === leaf.path && one.value === String(leaf.value));
  if (found?.state !== 'resolved' || found.words === undefined) return undefined;
  // The only hit of a search is enough for what stays in the house; its title must be the words for the rest.
  if (found.match !== 'title' && call.effect !== 'write-private' && call.effect !== 'read') return undefined;
  const place = placesOf(evidence, found.words).find(
    (one) => !contradictsSlot(slot, one) && isFree(one) && !isUnclear(evidence, found, one),
  );
  if (!place) return undefined;
  const title = oneLine(found.title ?? found.words)
    .slice(0, LONGEST_SHOWN)
    .toWellFormed();
  return { match: found.match, place, origin: `the only ${found.kind} named "${title}"` };
}

/** Where the words that ask for the call name it. */
function placesOf({ plan, call }: Evidence, title: string): readonly Occurrence[] {
  if (!plan.words) return [];
  const scope = plan.tools.get(call.tool)?.sentences;
  return findTitle(plan.words, title).filter(({ sentence }) => scope?.has(sentence) ?? true);
}

/**
 * Whether the words could as well mean another thing of the kind: one whose title holds them, or one that they name
 * beside it and not in one list with it. `Cancel the "Dentist", it collides with the "Board meeting"` cancels no meeting.
 */
function isUnclear(evidence: Evidence, { alike, others }: Referent, place: Occurrence): boolean {
  if (!EXACT.has(evidence.call.effect)) return false;
  if (alike && alike.length > 0) return true;
  return (others ?? []).some((words) =>
    placesOf(evidence, words).some((other) => !isOneWith(place, other) && !isListedWith(place, other)),
  );
}

function isOneWith(place: Occurrence, other: Occurrence): boolean {
  return place.start < other.end && other.start < place.end;
}

/** `"A" and "B"`, `"A", the file "B"` */
const BETWEEN = /^["']?(?:,| and| as well as|, and)(?: (?:the|my|our)(?: \p{Ll}+){0,2})? ["']?$/u;

function isListedWith({ words, start, end }: Occurrence, other: Occurrence): boolean {
  const [from, to] = start < other.start ? [end, other.start] : [other.end, start];
  return BETWEEN.test(words.text.slice(from, Math.min(to, from + 100)));
}
