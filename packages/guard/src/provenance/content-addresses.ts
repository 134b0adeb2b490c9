import { makeVisible } from '@bakerst/shared/hidden-text';
import type { Facts } from '../facts/read-facts.ts';
import { foldCase, plainText } from '../words/fold-text.ts';
import { findSpans, type Span } from '../words/spans.ts';
import type { Judged } from './judge-values.ts';
import { isEchoed } from './origins.ts';

/** A link, address, account or mention inside of what is said. */
export interface ContentAddress {
  readonly path: string;
  readonly value: string;
}

const MENTION = /(?<![\p{L}\p{N}._%+-])@[\p{L}\p{N}][\p{L}\p{N}_-]{1,60}(?![\p{L}\p{N}@.]*\.\p{L})/gu;
const OTHER_SCHEME =
  /(?<![\p{L}\p{N}])(?:mailto|tel|sms|javascript|data|file|ftp|bitcoin|ethereum|magnet|slack|tg|whatsapp):[^\s<>"']{2,500}/giu;
const COMMAND = /^\s*\/[a-z][\w-]{1,40}/iu;

/** One of them, with one spelling for all of its spellings. */
interface Found {
  readonly raw: string;
  readonly type: Span['type'] | 'other';
  readonly value: string;
}

/**
 * Links, addresses, accounts, mentions and slash commands in content that nobody vouches for. A filter, not a guarantee:
 * it stops the plain ways of leading a reader elsewhere.
 */
export function unvouchedAddresses(facts: Facts, judged: readonly Judged[]): readonly ContentAddress[] {
  const controls = judged.flatMap(({ spec, proof, leaf }) =>
    spec.role === 'control' && proof && typeof leaf.value === 'string' ? addressesIn(leaf.value) : [],
  );
  return judged
    .filter((one) => one.spec.role === 'content' && typeof one.leaf.value === 'string')
    .flatMap(({ leaf }) =>
      addressesIn(String(leaf.value))
        .filter((one) => !controls.some((control) => isSame(control, one)) && !isVouched(facts, one))
        .map(({ raw }) => ({ path: leaf.path, value: raw })),
    );
}

/** As a person reads it, as a program reads it, and as what drops the characters that nobody sees reads it. */
function addressesIn(content: string): readonly Found[] {
  const readings = new Set([plainText(content), content.normalize('NFC'), plainText(withoutHidden(content))]);
  const found = [...readings].flatMap((text) => [
    ...findSpans(text)
      .filter(({ type }) => type === 'url' || type === 'email' || type === 'iban')
      .map(({ type, value, start, end }): Found => ({ raw: text.slice(start, end), type, value })),
    ...[MENTION, OTHER_SCHEME, COMMAND]
      .flatMap((pattern) => text.match(pattern) ?? [])
      .map((raw): Found => ({ raw, type: 'other', value: foldCase(raw.trim()) })),
  ]);
  return [...new Map(found.map((one) => [`${one.type} ${one.value}`, one])).values()];
}

function withoutHidden(content: string): string {
  return makeVisible(content).replaceAll(/<U\+[0-9A-F]{4,6}>/g, '');
}

function isSame(a: Found, b: Found): boolean {
  return a.type === b.type && a.value === b.value;
}

function isVouched(facts: Facts, one: Found): boolean {
  return facts.words.some(
    ({ text, order }) =>
      (text.spans.some((span) => span.type === one.type && span.value === one.value) ||
        (one.type === 'other' && mentions(text.text).has(one.value))) &&
      !isEchoed(facts, one.raw, order),
  );
}

function mentions(words: string): ReadonlySet<string> {
  return new Set((words.match(MENTION) ?? []).map(foldCase));
}
