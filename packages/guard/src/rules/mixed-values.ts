import type { Reason } from '@bakerst/shared/guard';
import type { Judged } from '../provenance/judge-values.ts';
import { contradictsSlot } from '../provenance/slot-cues.ts';
import { sentenceAt } from '../words/find-value.ts';
import { isNegated } from '../words/negation.ts';
import type { WordsText } from '../words/read-words.ts';
import type { Span } from '../words/spans.ts';
import type { Judgement } from './judgement.ts';

/** A control value with the typed place in the words that it was found at. */
interface Named {
  readonly judged: Judged;
  readonly span: Span;
}

/** Values of one type where the words ask for the call, one run of them with nothing of the other type between. */
interface Run {
  readonly type: Span['type'];
  readonly values: string[];
}

/**
 * Two values that the words name apart: `Pay 10 to Ann and 500 to Ben` lets nobody pay 500 to Ann. Values of two types
 * belong together as they take turns in the words; without such an order, only where there is one of either.
 */
export function mixedValues(judgement: Judgement): readonly Reason[] {
  const { plan, call } = judgement;
  if (!plan.words) return [];
  const named = onlyOnesOfTheirType(namedValues(judgement, plan.words));
  return named.flatMap((one, at) =>
    named
      .slice(at + 1)
      .filter((other) => !belongTogether(judgement, one, other))
      .map((other) => ({
        rule: 'mixed-values',
        message: `Your words name several for ${call.tool}, and do not put ${shown(one)} and ${shown(other)} together.`,
        remedy: 'Say in a message of its own what belongs together, or look whether this does.',
      })),
  );
}

function shown({ judged: { leaf } }: Named): string {
  return `${leaf.path} ${JSON.stringify(leaf.value)}`.slice(0, 200).toWellFormed();
}

function namedValues({ values }: Judgement, words: WordsText): readonly Named[] {
  return values.flatMap((judged) => {
    const at = judged.spec.role === 'control' && placeIn(words, judged.proof?.span);
    const span = words.spans.find((one) => one.start === at);
    return span ? [{ judged, span }] : [];
  });
}

function placeIn({ message }: WordsText, place: string | undefined): number | undefined {
  return place?.startsWith(`${message}:`) ? Number(place.slice(message.length + 1)) : undefined;
}

/** Of several of one type in a call, such as a beginning and an end, the words say by themselves which is which. */
function onlyOnesOfTheirType(named: readonly Named[]): readonly Named[] {
  return named.filter(({ span }) => named.filter((other) => other.span.type === span.type).length === 1);
}

function belongTogether(judgement: Judgement, one: Named, other: Named): boolean {
  const all = [...candidates(judgement, one), ...candidates(judgement, other)];
  const isOneOfEither = [one, other].some(
    ({ span }) => new Set(all.filter(({ type }) => type === span.type).map(({ value }) => value)).size < 2,
  );
  if (isOneOfEither) return true;
  const runs = runsOf(all.sort((a, b) => a.start - b.start));
  const isMoney = judgement.call.effect === 'money';
  // A payment that is left over may belong to any of them.
  if (isMoney && runs.length % 2 === 1) return false;
  return runs.some((run, at) => {
    const next = runs[at + 1];
    if (at % 2 === 1 || !next) return false;
    const [mine, theirs] = run.type === one.span.type ? [run, next] : [next, run];
    return isPair(mine.values, theirs.values, { one: one.span.value, other: other.span.value, isMoney });
  });
}

/** All of one run with all of the next; amounts of money one by one, in their order. */
function isPair(
  ones: readonly string[],
  others: readonly string[],
  { one, other, isMoney }: { readonly one: string; readonly other: string; readonly isMoney: boolean },
): boolean {
  if (!isMoney || (ones.length === 1 && others.length === 1))
    return ones.includes(one) && others.includes(other);
  return ones.length === others.length && ones.some((value, at) => value === one && others[at] === other);
}

function runsOf(spans: readonly Span[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { type, value } of spans) {
    const last = runs.at(-1);
    if (last?.type === type) last.values.push(value);
    else runs.push({ type, values: [value] });
  }
  return runs;
}

/** What could as well stand in the slot: values of its type where the words ask for the call. */
function candidates({ plan, call }: Judgement, { judged, span }: Named): readonly Span[] {
  const { words } = plan;
  if (!words) return [];
  const scope = plan.tools.get(call.tool)?.sentences;
  return words.spans.filter((one) => {
    const sentence = sentenceAt(words, one.start);
    if (one.type !== span.type || isNegated(words, one) || (scope && !scope.has(sentence))) return false;
    return !contradictsSlot(judged.slot, { words, start: one.start, end: one.end, sentence });
  });
}
