import type { WordsText } from '../words/read-words.ts';
import { type Word, wordStem, wordsOf } from './word-stem.ts';

/** A phrase that asks for a tool, ready to be looked for: stems in order, each so many words behind the last at most. */
export type Intent = readonly { readonly stem: string; readonly within: number }[];

/** Small words may stand between two words of a phrase; `*` stands for more. */
const MOST_BETWEEN = 3;
const MOST_AT_STAR = 16;

export function compileIntent(phrase: string): Intent {
  return phrase.split('*').flatMap((part, at) =>
    wordsOf(part).map(({ stem }, index) => ({
      stem,
      within: at > 0 && index === 0 ? MOST_AT_STAR : MOST_BETWEEN,
    })),
  );
}

export interface Asked {
  readonly sentence: number;
  /** How often the sentence asks for it. */
  readonly times: number;
}

/** The words of each sentence, read once. */
export type SentenceWords = readonly (readonly Word[])[];

export function sentenceWords({ text, sentences, spans, quotes }: WordsText): SentenceWords {
  return sentences.map(({ start, end }) =>
    wordsOf(text.slice(start, end))
      .map((word) => ({ ...word, start: word.start + start }))
      // Words within an address or a file name ask for nothing; what is quoted is said, not asked for.
      .filter(
        (word) => ![...spans, ...quotes].some((span) => span.start <= word.start && word.start < span.end),
      ),
  );
}

/** Sentences that ask for one of the phrases. What is negated or told about is not asked for. */
export function findIntents(sentences: SentenceWords, intents: readonly Intent[]): readonly Asked[] {
  return sentences.flatMap((words, sentence) => {
    // Two phrases for one thing ask for it once; the same phrase again asks again.
    const times = Math.max(0, ...intents.map((intent) => new Set(placesOf(words, intent)).size));
    return times === 0 ? [] : [{ sentence, times }];
  });
}

function placesOf(words: SentenceWords[number], intent: Intent): readonly number[] {
  const [first, ...rest] = intent;
  if (first === undefined) return [];
  return words.flatMap((word, at) => {
    if (word.stem !== first.stem || isThing(words, at)) return [];
    if (isNegated(words, at) || isReminder(words, at)) return [];
    let last = at;
    for (const { stem, within } of rest) {
      const next = words.findIndex(
        (other, index) => index > last && index <= last + within && other.stem === stem,
      );
      if (next === -1) return [];
      last = next;
    }
    return [word.start];
  });
}

/** Words that are a verb as well as a thing. */
const THINGS: ReadonlySet<string> = new Set(
  [
    'answer',
    'book',
    'call',
    'email',
    'mail',
    'message',
    'note',
    'order',
    'plan',
    'post',
    'reply',
    'schedule',
    'text',
  ].map(wordStem),
);
const BEFORE_THINGS: ReadonlySet<string> = new Set(
  'a an the this that these those my your our his her their its any all every each some no of from in new old unread recent last latest first next which'.split(
    ' ',
  ),
);

/** `Read my mail` and `the email from Ann` ask for no mail to be sent. */
function isThing(words: SentenceWords[number], at: number): boolean {
  return THINGS.has(words[at]?.stem ?? '') && BEFORE_THINGS.has(words[at - 1]?.word ?? '');
}

const NEGATIVE: ReadonlySet<string> = new Set([
  'not',
  'never',
  "don't",
  'without',
  "didn't",
  "doesn't",
  "won't",
]);
const POSITIVE_AFTER: ReadonlySet<string> = new Set(['forget', 'hesitate', 'mind'].map(wordStem));

const REMINDING: ReadonlySet<string> = new Set(['remind', 'reminder'].map(wordStem));

/** `remind me to book` asks for a reminder. */
function isReminder(words: SentenceWords[number], at: number): boolean {
  if (words[at - 1]?.stem !== 'to') return false;
  return words.slice(Math.max(0, at - 5), at).some((word) => REMINDING.has(word.stem));
}

/** `do not send`, `never send`, `without sending`; but `don't forget to send` asks. */
function isNegated(words: SentenceWords[number], at: number): boolean {
  for (let back = at - 1; back >= Math.max(0, at - 3); back -= 1) {
    if (!NEGATIVE.has(words[back]?.word ?? '')) continue;
    const between = words.slice(back + 1, at);
    return !between.some((word) => POSITIVE_AFTER.has(word.stem));
  }
  return false;
}
