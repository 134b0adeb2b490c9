import type { Facts } from '../facts/read-facts.ts';
import { plainText } from '../words/fold-text.ts';
import { findSpans } from '../words/spans.ts';
import type { Judged } from './judge-values.ts';
import { isEchoed } from './origins.ts';
import { sameValue } from './same-value.ts';

/** A link, address, account or mention inside of what is said. */
export interface ContentAddress {
  readonly path: string;
  readonly value: string;
}

const MENTION = /(?<![\p{L}\p{N}._%+-])@[\p{L}\p{N}][\p{L}\p{N}_-]{1,60}(?![\p{L}\p{N}@.]*\.\p{L})/gu;
const OTHER_SCHEME =
  /(?<![\p{L}\p{N}])(?:mailto|tel|sms|javascript|data|file|ftp|bitcoin|ethereum|magnet|slack|tg|whatsapp):[^\s<>"']{2,500}/giu;
const COMMAND = /^\s*\/[a-z][\w-]{1,40}/iu;

/**
 * Links, addresses, accounts, mentions and slash commands in content that nobody vouches for. A filter, not a guarantee:
 * it stops the plain ways of leading a reader elsewhere.
 */
export function unvouchedAddresses(facts: Facts, judged: readonly Judged[]): readonly ContentAddress[] {
  const controls = judged
    .filter((one) => one.spec.role === 'control' && one.proof)
    .map((one) => one.leaf.value);
  return judged
    .filter((one) => one.spec.role === 'content' && typeof one.leaf.value === 'string')
    .flatMap(({ leaf }) =>
      addressesIn(String(leaf.value))
        .filter((value) => !controls.some((control) => sameValue(control, value)) && !isVouched(facts, value))
        .map((value) => ({ path: leaf.path, value })),
    );
}

function addressesIn(content: string): readonly string[] {
  const text = plainText(content);
  const typed = findSpans(text)
    .filter((span) => span.type === 'url' || span.type === 'email' || span.type === 'iban')
    .map((span) => text.slice(span.start, span.end));
  const others = [MENTION, OTHER_SCHEME, COMMAND].flatMap((pattern) => text.match(pattern) ?? []);
  return [...new Set([...typed, ...others])];
}

function isVouched(facts: Facts, value: string): boolean {
  return facts.words.some(
    ({ text, order }) =>
      (text.spans.some((span) => sameValue(text.text.slice(span.start, span.end), value)) ||
        (value.startsWith('@') && text.text.includes(value))) &&
      !isEchoed(facts, value, order),
  );
}
