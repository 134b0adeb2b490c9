import { createSecretFinder } from './find-secrets.ts';
import { mergeSpans, replaceSpans, type Span } from './replace-spans.ts';

const MARK = '[redacted]';

/**
 * Removes every part of the given secrets from a text that somebody else wrote: whole, encoded, or a long piece of one.
 * Providers and tool servers do echo keys in errors, and error texts go to logs, screens and the audit log. For doors,
 * which know the secrets of one connection; `@bakerst/guard/redaction` looks for much more, with the same finder.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const find = createSecretFinder(secrets);
  return (text) => {
    const spans: Span[] = [];
    find(text, { from: 0, to: text.length }, (start, end) => spans.push({ start, end, mark: MARK }));
    return spans.length === 0 ? text : replaceSpans(text, mergeSpans(spans));
  };
}
