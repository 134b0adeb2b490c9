import type { ToolScope } from '../plan/request-plan.ts';
import { findValue, type Occurrence } from '../words/find-value.ts';
import { readText } from '../words/read-words.ts';
import { isEchoed } from './origins.ts';
import type { Evidence, Slotted } from './prove-value.ts';
import { contradictsSlot, misfitsSlot } from './slot-cues.ts';

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
      if (contradictsSlot(slotted.slot, place) || isMisfit(slotted, place)) return false;
      if (isAsking && scope && !isInScope(scope, place)) return false;
      if (isAsking && !scope && !planned && !isRead(evidence)) return false;
      return evidence.echoesCount || !isEchoed(facts, String(slotted.leaf.value), order);
    });
  });
}

function isMisfit({ slot, spec, type }: Slotted, { words, start, end }: Occurrence): boolean {
  const isFile = words.spans.some((span) => span.type === 'file' && span.start === start && span.end === end);
  return spec.type === undefined && misfitsSlot(slot, type, isFile);
}

/** A name that was not quoted counts in the sentence that asks; beside it, only what says by itself what it is. */
function isInScope(scope: ToolScope, { words, sentence, start, end }: Occurrence): boolean {
  if (scope.asking.has(sentence)) return true;
  if (!scope.sentences.has(sentence)) return false;
  return (
    words.quotes.some((quote) => quote.start === start && quote.end === end) ||
    words.spans.some((span) => span.start <= start && end <= span.end)
  );
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
