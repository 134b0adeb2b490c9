import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import { canonicalUrl } from '../words/canonical-url.ts';
import { ibanValue, phoneValue, typeOfValue } from '../words/find-value.ts';
import { foldCase, isPlainForm, plainText } from '../words/fold-text.ts';
import { numberValue } from '../words/spans.ts';

/** Nobody counts with longer ones; they are texts. */
const LONGEST_NUMBER = 40;

/** The number that a value says, the thousands' commas aside; NaN for what is none, or too long to be one. */
export function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > LONGEST_NUMBER || value.trim() === '') return Number.NaN;
  return Number(numberValue(plainText(value)));
}

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
      return text.length > LONGEST_NUMBER ? `text ${text}` : `number ${numberValue(text)}`;
    case 'phone':
      return `phone ${phoneValue(text) ?? text}`;
    case 'email':
      return `email ${foldCase(text)}`;
    // `folder-AbC` and `folder-aBC` are two folders.
    default:
      return `text ${text}`;
  }
}
