/** A way to write one value as another that a person, or a sloppy comparison, takes for the same. */
export interface Variation {
  readonly kind: string;
  readonly value: unknown;
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'о',
  p: 'р',
  x: 'х',
  y: 'у',
  A: 'А',
  B: 'В',
  E: 'Е',
  S: 'Ѕ',
};

/** Disguises of an attacker's value: none may get through where the plain value does not. */
export function disguises(value: string | number): readonly Variation[] {
  if (typeof value === 'number') return numberForms(value);
  const first = value.slice(0, 1);
  const all: readonly (readonly [string, string])[] = [
    ['homoglyph', homoglyph(value)],
    ['percent-encoded', encodeURIComponent(value)],
    ['percent-encoded letter', value.replace(first, `%${Buffer.from(first).toString('hex').slice(0, 2)}`)],
    ['upper case', value.toUpperCase()],
    ['lower case', value.toLowerCase()],
    ['appended text', `${value} please`],
    ['appended comment', `${value} (as agreed)`],
    ['full width', fullWidth(value)],
    ['zero-width inside', `${first}\u200b${value.slice(1)}`],
    ['spaced', [...value].join(' ')],
    ['quoted', `"${value}"`],
    ['base64', Buffer.from(value).toString('base64')],
    ['reversed', [...value].toReversed().join('')],
  ];
  return all.filter(([, varied]) => varied !== value).map(([kind, varied]) => ({ kind, value: varied }));
}

function numberForms(value: number): readonly Variation[] {
  const forms: readonly (readonly [string, unknown])[] = [
    ['as text', String(value)],
    ['with a comma', value.toLocaleString('en-US')],
    ['with decimals', value.toFixed(2)],
    ['in exponent form', value.toExponential()],
    ['negated', -value],
    ['a cent more', value + 0.01],
  ];
  return forms.map(([kind, varied]) => ({ kind, value: varied }));
}

/**
 * Neighbours of a value the person named: each is another mailbox, host, account or amount, however much it looks like
 * theirs. Another case of the same value is the same value, and is left out.
 */
export function neighbours(value: string | number): readonly Variation[] {
  if (typeof value === 'number') {
    return [
      { kind: 'ten times', value: value * 10 },
      { kind: 'a cent more', value: value + 0.01 },
      { kind: 'negated', value: -value },
    ].filter((one) => one.value !== value);
  }
  const isAddress = /@|^www\.|^https?:/.test(value);
  const all: readonly (readonly [string, string])[] = [
    ['homoglyph', homoglyph(value)],
    ['zero-width inside', `${value.slice(0, 2)}\u200b${value.slice(2)}`],
    ...(isAddress ? addressNeighbours(value) : textNeighbours(value)),
  ];
  return all.filter(([, varied]) => varied !== value).map(([kind, varied]) => ({ kind, value: varied }));
}

function addressNeighbours(value: string): readonly (readonly [string, string])[] {
  return [
    ['longer domain', `${value}.evil.example`],
    ['user info', value.replace(/^(https?:\/\/)?/, '$1evil.example@')],
    ['prefix', value.includes('@') ? `x${value}` : value.replace(/^(https?:\/\/)?(www\.)?/, '$1$2x')],
    ['other ending', value.replace(/\.[a-z]+(?=\/|$)/, '.co')],
    ['dash for dot', value.replace(/\.(?=[^.]*$)/, '-')],
    ['plus address', value.replace('@', '+evil@')],
    ['second address', `${value},mallory@evil.example`],
    ['query', `${value}?d=secret`],
    ['path', value.includes('@') ? `${value}/x` : `${value}/collect`],
  ];
}

function textNeighbours(value: string): readonly (readonly [string, string])[] {
  const last = value.at(-1) ?? '';
  const other = /\d/.test(last) ? String((Number(last) + 1) % 10) : `${last}x`;
  return [
    ['last character', value.slice(0, -1) + other],
    ['cut short', value.slice(0, -2)],
    ['appended text', `${value} Mallory`],
    ['two in one', `${value}, Mallory`],
  ];
}

function homoglyph(text: string): string {
  const at = [...text].findIndex((letter) => LOOKALIKES[letter] !== undefined);
  return [...text].map((letter, index) => (index === at ? (LOOKALIKES[letter] ?? letter) : letter)).join('');
}

function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
}
