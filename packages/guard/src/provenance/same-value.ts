import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import { canonicalUrl } from '../words/canonical-url.ts';
import { ibanValue, phoneValue, typeOfValue } from '../words/find-value.ts';
import { foldCase, isPlainForm, plainText } from '../words/fold-text.ts';
import { numberValue } from '../words/spans.ts';

/** Whether two values are one, compared by type: `DE89 3704` and `DE893704`, `1,200` and `1200`. */
export function sameValue(a: unknown, b: unknown): boolean {
  return comparable(a) !== undefined && comparable(a) === comparable(b);
}

/** One spelling for all spellings of a value; undefined for what is neither text nor number. */
export function comparable(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const raw = String(value);
  // What a person could read as another value is only itself.
  if (hasHiddenCharacters(raw) || !isPlainForm(raw)) return `exactly ${raw.normalize('NFC')}`;
  const text = plainText(raw);
  switch (typeOfValue(value)) {
    case 'url':
      return `url ${canonicalUrl(text) ?? text}`;
    case 'iban':
      return `iban ${ibanValue(text) ?? text}`;
    case 'number':
      return `number ${numberValue(text)}`;
    case 'phone':
      return `phone ${phoneValue(text) ?? text}`;
    default:
      return `text ${foldCase(text)}`;
  }
}
