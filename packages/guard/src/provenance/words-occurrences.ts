import { findValue, type Occurrence } from '../words/find-value.ts';
import { readText } from '../words/read-words.ts';
import { isEchoed } from './origins.ts';
import type { Evidence, Slotted } from './prove-value.ts';
import { contradictsSlot } from './slot-cues.ts';

/** Typed values say what they are by themselves: earlier messages of the conversation may have named them. */
const SELF_EVIDENT: ReadonlySet<string> = new Set(['email', 'url', 'iban', 'phone']);

/** Places where the person named the value for this slot: in the sentences that ask for the call. */
export function wordsOccurrences(evidence: Evidence, slotted: Slotted): readonly Occurrence[] {
  const { facts, plan, call } = evidence;
  const scope = plan.tools.get(call.tool);
  const planned = plan.planned.some((one) => one.tool === call.tool);
  return facts.words.flatMap(({ text, order }) => {
    const isAsking = text === plan.words;
    // Other messages only name what cannot be mistaken for something else.
    if (!isAsking && !SELF_EVIDENT.has(slotted.type)) return [];
    return findValue(text, slotted.leaf.value, slotted.type).filter((place) => {
      if (contradictsSlot(slotted.slot, place)) return false;
      if (isAsking && scope && !scope.sentences.has(place.sentence)) return false;
      if (isAsking && !scope && !planned && !isRead(evidence)) return false;
      return evidence.echoesCount || !isEchoed(facts, String(slotted.leaf.value), order);
    });
  });
}

/** Spans that the planner bound to this very argument, looked up in the words they came from. */
export function plannedOccurrences(evidence: Evidence, slotted: Slotted): readonly Occurrence[] {
  const { plan, call, facts } = evidence;
  const spans = plan.planned
    .filter((one) => one.tool === call.tool)
    .flatMap((one) => one.slots[slotted.leaf.argument] ?? []);
  return facts.words.flatMap(({ text, order }) =>
    spans.flatMap((span) => {
      const start = text.text.indexOf(span);
      if (start === -1) return [];
      const bound = readText({ message: text.message, at: text.at, raw: `"${span}"` });
      const isIt = bound && findValue(bound, slotted.leaf.value, slotted.type).length > 0;
      if (!isIt || (!evidence.echoesCount && isEchoed(facts, String(slotted.leaf.value), order))) return [];
      const place = { words: text, start, end: start + span.length, sentence: -1 };
      return contradictsSlot(slotted.slot, place) ? [] : [place];
    }),
  );
}

function isRead({ call }: Evidence): boolean {
  return call.effect === 'read' || call.effect === 'read-open';
}
