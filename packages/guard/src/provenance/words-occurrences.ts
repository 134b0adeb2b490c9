import { isRead, isWeighty } from '../effect-kinds.ts';
import type { ToolScope } from '../plan/request-plan.ts';
import { slotOf } from '../policy/compile-policy.ts';
import { needsPlan } from '../rules/profile-needs.ts';
import { findValue, isUncut, type Occurrence, sentenceAt } from '../words/find-value.ts';
import { isNegated } from '../words/negation.ts';
import { readText, type WordsText } from '../words/read-words.ts';
import { isEchoed } from './origins.ts';
import type { Evidence, Slotted } from './prove-value.ts';
import { contradictsSlot, isIntroduced, isSpokenOf, mayBeAmount, misfitsSlot } from './slot-cues.ts';

/** Typed values say what they are by themselves: earlier messages of the conversation may have named them. */
const SELF_EVIDENT: ReadonlySet<string> = new Set(['email', 'url', 'iban', 'phone']);

/** Nobody says the same value for one call more often; who pasted it must not keep the guard reading. */
const MOST_PLACES = 50;

/** Places where the person named the value for this slot: in the sentences that ask for the call. */
export function wordsOccurrences(evidence: Evidence, slotted: Slotted): readonly Occurrence[] {
  const { facts, plan, call } = evidence;
  const scope = plan.tools.get(call.tool);
  const planned = plan.planned.some((one) => one.tool === call.tool);
  return facts.words.flatMap(({ text, order }) => {
    const isAsking = text === plan.words;
    // Other messages only name what cannot be mistaken for something else.
    if (!isAsking && !SELF_EVIDENT.has(slotted.type)) return [];
    const places = findValue(text, slotted.leaf.value, slotted.type).slice(0, MOST_PLACES);
    return places.filter((place) => {
      if (contradictsSlot(slotted.slot, place) || isMisfit(slotted, place)) return false;
      if (isAsking && scope && !isInScope(scope, place)) return false;
      if (isAsking && !scope && !planned && isPlanNeeded(evidence)) return false;
      if (!isPlainlyMeant(evidence, slotted, place)) return false;
      return evidence.echoesCount || !isEchoed(facts, String(slotted.leaf.value), order);
    });
  });
}

/** For calls of weight, whose values must be said for them and for nothing else. */
function isPlainlyMeant(evidence: Evidence, slotted: Slotted, place: Occurrence): boolean {
  const { call, plan } = evidence;
  if (!isWeighty(call.effect)) return true;
  if (place.words !== plan.words) return isAskedFor(evidence, slotted, place);
  const scope = plan.tools.get(call.tool);
  if (scope && !isMeant(scope, slotted, place)) return false;
  return call.effect !== 'money' || slotted.type !== 'number' || isTheAmount(scope, place);
}

const ADDRESSES: ReadonlySet<string> = new Set(['email', 'iban', 'phone']);

/** An address beside the sentence that asks must be introduced as one; within it, it must not merely be spoken of. */
function isMeant(scope: ToolScope, { type }: Slotted, place: Occurrence): boolean {
  if (!ADDRESSES.has(type)) return true;
  return scope.asking.has(place.sentence) ? !isSpokenOf(place) : isIntroduced(place);
}

/** Whether an earlier message named the value for a call of its own, in the same slot. */
function isAskedFor({ plan, tools }: Evidence, slotted: Slotted, place: Occurrence): boolean {
  return [...plan.askedIn(place.words)].some(([name, scope]) => {
    if (!isInScope(scope, place) || !isMeant(scope, slotted, place)) return false;
    const specs = Object.entries(tools.get(name)?.policy.arguments ?? {});
    return specs.some(([argument, spec]) => slotOf(spec, argument) === slotted.slot);
  });
}

/** A payment's number must stand where it is asked for, and be the only one that could be meant. */
function isTheAmount(scope: ToolScope | undefined, place: Occurrence): boolean {
  const { words, sentence } = place;
  if (!mayBeAmount(place) || (scope && !scope.asking.has(sentence))) return false;
  const bounds = words.sentences[sentence];
  const spans = words.spans.filter(({ start }) => bounds && bounds.start <= start && start < bounds.end);
  const amounts = spans.filter((span) => span.type === 'number' && mayBeAmount({ words, ...span }));
  const accounts = new Set(spans.filter(({ type }) => type === 'iban').map(({ value }) => value));
  // One amount for each account: which belongs to which is told by their order.
  return amounts.length === 1 || (amounts.length > 1 && amounts.length === accounts.size);
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
    .flatMap(({ slots }) =>
      Object.hasOwn(slots, slotted.leaf.argument) ? (slots[slotted.leaf.argument] ?? []) : [],
    );
  return facts.words.flatMap(({ text, order }) =>
    spans.flatMap((span) => {
      const place = placeInSpan(text, span, slotted);
      if (!place || contradictsSlot(slotted.slot, place)) return [];
      return !evidence.echoesCount && isEchoed(facts, String(slotted.leaf.value), order) ? [] : [place];
    }),
  );
}

/** Where the value stands within a span of the words; a span that cuts a word or a value names nothing. */
function placeInSpan(words: WordsText, span: string, { leaf, type }: Slotted): Occurrence | undefined {
  const from = words.text.indexOf(span);
  if (span === '' || from === -1 || !isUncut(words, { start: from, end: from + span.length }))
    return undefined;
  const bound = readText({ message: words.message, at: words.at, raw: `"${span}"` });
  const [found] = bound ? findValue(bound, leaf.value, type) : [];
  if (!found) return undefined;
  // The quotation mark that was put before the span takes one place.
  const start = from + found.start - 1;
  const place = { words, start, end: from + found.end - 1, sentence: sentenceAt(words, start) };
  return isNegated(words, place) ? undefined : place;
}

function isPlanNeeded({ call, policy }: Evidence): boolean {
  return !isRead(call.effect) && needsPlan(policy, call.effect);
}
