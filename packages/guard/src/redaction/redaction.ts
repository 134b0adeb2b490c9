import { mergeSpans, replaceSpans, type Span } from '@bakerst/shared/replace-spans';
import { keyScanner } from './find-keys.ts';
import { keywordScanner, keywordScannerOutsideLinks } from './keyword-secrets.ts';
import { knownScanner } from './known-secrets.ts';
import { findMarks, markOf, WITHHELD } from './marks.ts';
import { operatorScanner, patternProblem, type RedactionPattern } from './operator-patterns.ts';
import { cardScanner, ibanScanner } from './payment-numbers.ts';
import { redactLeaves } from './redact-value.ts';
import type { Scanner } from './scanner.ts';
import { structuredScanners } from './structured-secrets.ts';

export interface RedactionOptions {
  /** Secrets of this process in full, as they are now. Looked for in every encoding, and in pieces. */
  readonly knownValues: () => readonly string[];
  /** The operator's own, RE2 syntax. One with a problem (see `patternProblem`) lets no text through at all. */
  readonly patterns: readonly RedactionPattern[];
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /**
   * Who reads it. `record`: logs, errors, the audit log, other people's screens: everything is taken out. `model`: IBANs and
   * cards stay, because people do ask to pay an invoice, and what is not read cannot be paid. So do links that carry a token
   * in their query. Other credentials never stay.
   */
  readonly use: 'record' | 'model';
  /** True takes IBANs and cards away from the model too. */
  readonly withoutPayments?: boolean;
  /** Time for one text or value; what is not checked by then is withheld. Default 2,000 ms. */
  readonly limitMs?: number;
}

export interface Redaction {
  /** `count` is how many marks it has put in. Redacting twice changes nothing. */
  redactText(text: string): { readonly text: string; readonly count: number };
  /**
   * The same for JSON: names and values, and values by the name they stand under (`"password": ...`). What is nested deeper
   * than 100 is withheld.
   */
  redactValue(value: unknown): { readonly value: unknown; readonly count: number };
}

/** The clock is asked after so many characters. */
const STRIDE = 65_536;
/** What is taken out can reveal a neighbour; a text that is not still after so many rounds is withheld. */
const MOST_ROUNDS = 6;
const LIMIT_MS = 2_000;

/**
 * Takes secrets out of text: known ones in any encoding, credentials by their form, values that a word calls secret, the
 * operator's patterns, and for records also payment numbers. Each leaves `[redacted: <kind>]`. Pure; linear in time.
 * Damage control, not a boundary: labels and clearances decide what may leave. docs/redaction.md says what it misses.
 */
export function createRedaction(options: RedactionOptions): Redaction {
  const broken = options.patterns.find(({ pattern }) => patternProblem(pattern) !== undefined);
  const scanners = broken === undefined ? scannersOf(options) : [];
  const { clock, limitMs = LIMIT_MS } = options;
  const kinds = options.patterns.map(({ name }) => name);
  const redact = (text: string, deadline: number): Redacted => {
    if (broken !== undefined) return { text: text === '' ? text : WITHHELD, count: 1 };
    return redactStill({ text, scanners, kinds, isLate: () => clock() > deadline });
  };
  return {
    redactText: (text) => redact(text, clock() + limitMs),
    redactValue: (value) => {
      const deadline = clock() + limitMs;
      return redactLeaves(value, (text) => redact(text, deadline));
    },
  };
}

function scannersOf(options: RedactionOptions): readonly Scanner[] {
  const payments = options.use === 'record' || options.withoutPayments === true;
  return [
    knownScanner(options.knownValues),
    keyScanner,
    ...structuredScanners,
    options.use === 'record' ? keywordScanner : keywordScannerOutsideLinks,
    ...(payments ? [ibanScanner, cardScanner] : []),
    ...options.patterns.map(operatorScanner),
  ];
}

export interface Redacted {
  readonly text: string;
  readonly count: number;
}

interface Pass {
  readonly text: string;
  readonly scanners: readonly Scanner[];
  readonly kinds: readonly string[];
  readonly isLate: () => boolean;
}

/** Until nothing more is found: then doing it again changes nothing. */
function redactStill(pass: Pass): Redacted {
  let { text } = pass;
  let count = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { spans, checked } = findSpans({ ...pass, text });
    const cut = checked < text.length ? [{ start: checked, end: text.length, mark: WITHHELD }] : [];
    const all = mergeSpans([...spans, ...cut]);
    if (all.length === 0) return { text, count };
    text = replaceSpans(text, all);
    count += all.length;
    if (cut.length > 0) return { text, count };
  }
  return { text: WITHHELD, count: count + 1 };
}

/** Everything that begins in the first `checked` characters, without what is a mark already. */
function findSpans(pass: Pass): { readonly spans: readonly Span[]; readonly checked: number } {
  const { text, scanners, kinds, isLate } = pass;
  const spans: Span[] = [];
  const scans = scanners.map((scanner) => scanner(text));
  let checked = 0;
  while (checked < text.length && !isLate()) {
    const to = Math.min(checked + STRIDE, text.length);
    for (const scan of scans) {
      scan(to, ({ start, end, kind }) => spans.push({ start, end, mark: markOf(kind) }));
    }
    checked = to;
  }
  return { spans: outsideOf(findMarks(text, kinds), mergeSpans(spans)), checked };
}

/** Parts of `spans` that are not in `marks`; both are in order and do not overlap. */
function outsideOf(marks: readonly Span[], spans: readonly Span[]): readonly Span[] {
  if (marks.length === 0) return spans;
  const parts: Span[] = [];
  let next = 0;
  for (const span of spans) {
    while (next > 0 && (marks[next - 1]?.end ?? 0) > span.start) next -= 1;
    while (next < marks.length && (marks[next]?.end ?? 0) <= span.start) next += 1;
    let { start } = span;
    for (let mark = marks[next]; mark !== undefined && mark.start < span.end; mark = marks[++next]) {
      if (mark.start > start) parts.push({ ...span, start, end: mark.start });
      start = Math.max(start, mark.end);
    }
    if (start < span.end) parts.push({ ...span, start });
  }
  return parts;
}
