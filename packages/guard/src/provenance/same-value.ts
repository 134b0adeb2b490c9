import { canonicalUrl } from '../words/canonical-url.ts';
import { typeOfValue } from '../words/find-value.ts';
import { foldCase, plainText } from '../words/fold-text.ts';
import { numberValue } from '../words/spans.ts';

/** Whether two values are one, compared by type: `DE89 3704` and `DE893704`, `1,200` and `1200`. */
export function sameValue(a: unknown, b: unknown): boolean {
  return comparable(a) !== undefined && comparable(a) === comparable(b);
}

function comparable(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = plainText(String(value));
  switch (typeOfValue(value)) {
    case 'url':
      return `url ${canonicalUrl(text) ?? text}`;
    case 'iban':
      return `iban ${text.replaceAll(' ', '').toUpperCase()}`;
    case 'number':
      return `number ${numberValue(text)}`;
    case 'phone':
      return `phone ${text.replaceAll(/\D/g, '')}`;
    default:
      return `text ${foldCase(text)}`;
  }
}
