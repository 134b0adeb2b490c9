import type { StepOf } from '@bakerst/shared/steps';
import { foldCase, plainText } from './fold-text.ts';
import { findQuotes, type Quote } from './quotes.ts';
import { relativeDates } from './relative-dates.ts';
import { findSentences, type Sentence, splitAt } from './sentences.ts';
import { findSpans, type Span } from './spans.ts';
import { typedWords } from './typed-words.ts';

/** What a person typed in one message, read for values. Offsets are those of `text`. */
export interface WordsText {
  readonly message: string;
  /** ISO 8601: relative dates mean days seen from here. */
  readonly at: string;
  readonly text: string;
  /** As it was typed, but for how accents are stored (NFC). */
  readonly typed: string;
  readonly folded: string;
  readonly sentences: readonly Sentence[];
  readonly spans: readonly Span[];
  readonly quotes: readonly Quote[];
}

/** Undefined where nothing of the message counts as words: not typed by a person who may speak for the user. */
export function readWords(step: StepOf<'message_received'>): WordsText | undefined {
  return readText({ message: step.message, at: step.at, raw: typedWords(step).words });
}

/** Breaks that end a sentence: an empty line, or a line that begins an item of a list. */
const PARAGRAPH = /\n(?=[^\S\n]*(?:\n|[-*•]\s|\d{1,2}[.)]\s))(?:[^\S\n]*(?:[-*•]|\d{1,2}[.)])\s)?/u;

/** Unicode's rules let a sentence go on in small letters; people who write all of it small end theirs so too. */
const STOP_BEFORE_SMALL = /(?<=[\p{L}\p{N}]{4})[.!?]\s(?=\p{Ll})/gu;

export function readText(source: {
  readonly message: string;
  readonly at: string;
  readonly raw: string;
}): WordsText | undefined {
  // Paragraphs and list items end sentences, also where no full stop says so.
  const paragraphs = source.raw
    .split(PARAGRAPH)
    .map(plainText)
    .filter((paragraph) => paragraph !== '');
  const text = paragraphs.join('. ');
  if (text === '') return undefined;
  const spans = [...findSpans(text), ...relativeDates(text, source.at)].sort((a, b) => a.start - b.start);
  let end = 0;
  const ends = paragraphs.map((paragraph) => {
    end += paragraph.length + 2;
    return end;
  });
  const stops = [...text.matchAll(STOP_BEFORE_SMALL)].map((match) => match.index + match[0].length);
  const breaks = [...ends, ...stops].sort((a, b) => a - b);
  const sentences = splitAt(findSentences(text, spans), breaks);
  const { message, at } = source;
  const typed = source.raw.normalize('NFC');
  return { message, at, text, typed, folded: foldCase(text), sentences, spans, quotes: findQuotes(text) };
}
