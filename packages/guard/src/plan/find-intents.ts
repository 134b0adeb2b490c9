import type { WordsText } from '../words/read-words.ts';
import { introducesText, readMood, takesBack, type Weight } from './sentence-mood.ts';
import { type Word, wordStem, wordsOf } from './word-stem.ts';

/** A phrase that asks for a tool, ready to be looked for: stems in order, each so many words behind the last at most. */
export type Intent = readonly {
  readonly stem: string;
  /** As the phrase writes it. */
  readonly word: string;
  readonly within: number;
}[];

/** Small words may stand between two words of a phrase; `*` stands for more. */
const MOST_BETWEEN = 3;
const MOST_AT_STAR = 16;

export function compileIntent(phrase: string): Intent {
  return phrase.split('*').flatMap((part, at) =>
    wordsOf(part).map(({ stem, word }, index) => ({
      stem,
      word,
      within: at > 0 && index === 0 ? MOST_AT_STAR : MOST_BETWEEN,
    })),
  );
}

export interface Asked {
  readonly sentence: number;
  /** How often the sentence asks for it. */
  readonly times: number;
}

/** One sentence, read once. */
export interface ReadSentence {
  readonly words: readonly Word[];
  /** Whether what the word at this index begins is asked for. */
  readonly asks: (at: number, weight: Weight) => boolean;
}
export type SentenceWords = readonly ReadSentence[];

/** Stems of a message; most phrases begin with none of them. */
export function stemsOf(sentences: SentenceWords): ReadonlySet<string> {
  return new Set(sentences.flatMap(({ words }) => words.map(({ stem }) => stem)));
}

export function sentenceWords({ text, sentences, spans, quotes }: WordsText): SentenceWords {
  // Words within an address or a file name ask for nothing; what is quoted is said, not asked for.
  const blanked = blankOut(text, [...spans, ...quotes]);
  const parts = sentences.map(({ start, end }) => blanked.slice(start, end));
  const isTakenBack = parts.some(takesBack);
  const textFrom = parts.findIndex(introducesText);
  return sentences.map(({ start }, index) => {
    const part = parts[index] ?? '';
    const mood = readMood(part);
    const words = wordsOf(part).map((word) => ({ ...word, start: word.start + start }));
    const isShown = textFrom !== -1 && index >= textFrom;
    const known = new Map<string, boolean>();
    const asks: ReadSentence['asks'] = (at, weight) => {
      if (weight !== 'private' && isShown) return false;
      if (weight === 'severe' && isTakenBack) return false;
      const key = `${weight}${at}`;
      const answer = known.get(key) ?? mood.asksAt((words[at]?.start ?? start) - start, weight);
      known.set(key, answer);
      return answer;
    };
    return { words, asks };
  });
}

/** The text with what stands there made blank, letter for letter. */
function blankOut(text: string, places: readonly { readonly start: number; readonly end: number }[]): string {
  let blanked = '';
  let from = 0;
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (end <= from) continue;
    const begin = Math.max(start, from);
    blanked += text.slice(from, begin) + '_'.repeat(end - begin);
    from = end;
  }
  return blanked + text.slice(from);
}

/** What sentences say of a tool. */
export interface Found {
  readonly asked: readonly Asked[];
  /** Sentences that name it without asking for it. */
  readonly told: readonly number[];
}

/** Sentences that ask for one of the phrases. What is negated, asked about or told is not asked for. */
export function findIntents(sentences: SentenceWords, intents: readonly Intent[], weight: Weight): Found {
  const asked: Asked[] = [];
  const told: number[] = [];
  for (const [sentence, read] of sentences.entries()) {
    // Two phrases for one thing ask for it once; the same phrase again asks again.
    let times = 0;
    let isNamed = false;
    for (const intent of intents) {
      const places = placesOf(read.words, intent).filter(
        (at) => weight === 'private' || !isThing(read.words, at),
      );
      const asking = places.filter(
        (at) => read.asks(at, weight) && isWrittenAsOrder(read.words, { at, intent, weight }),
      );
      times = Math.max(times, asking.length);
      isNamed ||= places.length > 0;
    }
    if (times > 0) asked.push({ sentence, times });
    else if (isNamed) told.push(sentence);
  }
  return { asked, told };
}

/** `the mail`, `of transfer`: a thing, not what is to be done. */
const NOUN_FOLLOWS: ReadonlySet<string> = new Set(
  'the a an my your his her its our their this that these those any every each last new of by in from with'.split(
    ' ',
  ),
);

function isThing(words: readonly Word[], at: number): boolean {
  return NOUN_FOLLOWS.has(words[at - 1]?.word ?? '');
}

/** `was cancelled`, `he transfers` are told; what weighs most is asked for in the very word. */
function isWrittenAsOrder(
  words: readonly Word[],
  { at, intent, weight }: { readonly at: number; readonly intent: Intent; readonly weight: Weight },
): boolean {
  const word = words[at]?.word ?? '';
  if (weight === 'private') return true;
  if (word === intent[0]?.word) return true;
  if (weight === 'severe') return false;
  if (word.endsWith('s')) return false;
  return !word.endsWith('ed') || /^(?:be|get)$/u.test(words[at - 1]?.word ?? '');
}

/** Indexes of words at which the phrase begins. */
function placesOf(words: readonly Word[], intent: Intent): readonly number[] {
  const [first, ...rest] = intent;
  if (first === undefined) return [];
  return words.flatMap((word, at) => {
    if (word.stem !== first.stem || isReminder(words, at)) return [];
    let last = at;
    for (const { stem, within } of rest) {
      const next = words.slice(last + 1, last + within + 1).findIndex((other) => other.stem === stem);
      if (next === -1) return [];
      last += next + 1;
    }
    return [at];
  });
}

const REMINDING: ReadonlySet<string> = new Set(['remind', 'reminder'].map(wordStem));

/** `remind me to book` asks for a reminder. */
function isReminder(words: readonly Word[], at: number): boolean {
  if (words[at - 1]?.stem !== 'to') return false;
  return words.slice(Math.max(0, at - 5), at).some((word) => REMINDING.has(word.stem));
}
