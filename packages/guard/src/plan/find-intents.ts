import type { WordsText } from '../words/read-words.ts';
import { wordStem, wordsOf } from './word-stem.ts';

/** A phrase that asks for a tool, ready to be looked for: stems in order. */
export type Intent = readonly string[];

/** Words of a phrase may stand this far apart. */
const MOST_BETWEEN = 8;

export function compileIntent(phrase: string): Intent {
  return wordsOf(phrase).map((word) => word.stem);
}

export interface Asked {
  readonly sentence: number;
  /** How often the sentence asks for it. */
  readonly times: number;
}

/** The words of each sentence, read once. */
export type SentenceWords = readonly (readonly { readonly stem: string; readonly start: number }[])[];

export function sentenceWords({ text, sentences, spans }: WordsText): SentenceWords {
  return sentences.map(({ start, end }) =>
    wordsOf(text.slice(start, end))
      .map((word) => ({ stem: word.stem, start: word.start + start }))
      // Words within an address or a file name ask for nothing.
      .filter((word) => !spans.some((span) => span.start <= word.start && word.start < span.end)),
  );
}

/** Sentences that ask for one of the phrases. What is negated or told about is not asked for. */
export function findIntents(sentences: SentenceWords, intents: readonly Intent[]): readonly Asked[] {
  return sentences.flatMap((words, sentence) => {
    const starts = new Set(intents.flatMap((intent) => placesOf(words, intent)));
    return starts.size === 0 ? [] : [{ sentence, times: starts.size }];
  });
}

function placesOf(words: SentenceWords[number], intent: Intent): readonly number[] {
  const [first, ...rest] = intent;
  if (first === undefined) return [];
  return words.flatMap((word, at) => {
    if (word.stem !== first || isNegated(words, at)) return [];
    let last = at;
    for (const stem of rest) {
      const next = words.findIndex(
        (other, index) => index > last && index <= last + MOST_BETWEEN && other.stem === stem,
      );
      if (next === -1) return [];
      last = next;
    }
    return [word.start];
  });
}

const NEGATIVE: ReadonlySet<string> = new Set(
  ['not', 'never', "don't", 'without', "didn't", "doesn't", "won't"].map(wordStem),
);
const POSITIVE_AFTER: ReadonlySet<string> = new Set(['forget', 'hesitate', 'mind'].map(wordStem));

/** `do not send`, `never send`, `without sending`; but `don't forget to send` asks. */
function isNegated(words: SentenceWords[number], at: number): boolean {
  for (let back = at - 1; back >= Math.max(0, at - 3); back -= 1) {
    const stem = words[back]?.stem ?? '';
    if (!NEGATIVE.has(stem)) continue;
    const between = words.slice(back + 1, at);
    return !between.some((word) => POSITIVE_AFTER.has(word.stem));
  }
  return false;
}
