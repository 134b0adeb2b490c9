import { findSpans } from './spans.ts';

/** What a person put between quotation marks: a name to be taken literally. */
export interface Quote {
  /** Without the marks. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const QUOTED = /(?<![\p{L}\p{N}])(["'])([^"'\n]{1,300}?|[^"\n]{1,300}?)\1(?![\p{L}\p{N}])/gu;

export function findQuotes(text: string): readonly Quote[] {
  return [...text.matchAll(QUOTED)].flatMap((match) => {
    const inner = match[2] ?? '';
    const start = match.index + 1;
    return inner.trim() === '' ? [] : [{ text: inner, start, end: start + inner.length }];
  });
}

/**
 * A quoted text with `{holes}` as a pattern: `Dinner at {restaurant_name}`. What fills a hole is a name: no address, no list,
 * nothing that a program would take apart.
 */
export function fitsTemplate(template: string, value: string): boolean {
  const parts = template.split(/\{[^{}]{1,60}\}/u);
  if (parts.length < 2 || parts.join('').trim().length < 3) return false;
  if (!/^[\p{L}\p{M}\p{N} &'().!?:#-]*$/u.test(value.replaceAll(/, (?=\p{L})/gu, ' '))) return false;
  if (findSpans(value).some(({ type }) => type === 'email' || type === 'url' || type === 'iban'))
    return false;
  let from = 0;
  for (const [at, part] of parts.entries()) {
    const found = at === 0 ? (value.startsWith(part) ? 0 : -1) : value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return (parts.at(-1) ?? '') === '' || value.endsWith(parts.at(-1) ?? '');
}
