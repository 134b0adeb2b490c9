import { secretForms } from './secret-forms.ts';

/** Shorter overlaps are chance, or a prefix that every key of the provider has. */
const PIECE = 10;
/** So much of a key is no chance any more, also where it looks like words; of an address it may be. */
const WORDY_PIECE = 14;
/** Of a long secret (a key file, an account as JSON) short pieces are boilerplate that stands everywhere. */
const LONG_SECRET = 256;
const LONG_PIECE = 32;
/** Shorter values would blank out half of every message, and are no secrets. */
const SHORTEST_SECRET = 4;

/** Reports a stretch of the text that belongs to a secret; stretches may overlap. */
export type Found = (start: number, end: number) => void;

/** Looks at what begins in [from, to) of the text; a find may end behind `to`. Time is linear in `to - from`. */
export type SecretFinder = (text: string, range: { from: number; to: number }, found: Found) => void;

/**
 * Finds known secrets: whole in each of their forms, and pieces of ten characters of those forms, whatever the case. A
 * form shorter than that is found as it is only.
 * A piece that looks like a word (`https://in`) only counts as part of the whole, or, where the secret is no address, of
 * fourteen characters.
 */
export function createSecretFinder(secrets: readonly string[]): SecretFinder {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsWithSize);
  const short = [...new Set(forms.filter(({ text, size }) => text.length < size).map(({ text }) => text))];
  const tables = [PIECE, WORDY_PIECE, LONG_PIECE].flatMap((size) => {
    const fitting = forms.filter((form) => form.size === size && form.text.length >= size);
    return fitting.length === 0
      ? []
      : [
          pieceTable(
            fitting.map(({ text }) => text),
            size,
          ),
        ];
  });
  return (text, range, found) => {
    for (const form of short) findShort(text, { ...range, form }, found);
    for (const table of tables) findPieces(text, { ...range, table }, found);
  };
}

function formsWithSize(secret: string): readonly { readonly text: string; readonly size: number }[] {
  if (secret.length > LONG_SECRET) return secretForms(secret).map((text) => ({ text, size: LONG_PIECE }));
  const isAddress = secret.includes('://');
  return secretForms(secret).flatMap((text) => {
    const piece = { text, size: PIECE };
    return isAddress || text.length < WORDY_PIECE ? [piece] : [piece, { text, size: WORDY_PIECE }];
  });
}

function findShort(
  text: string,
  search: { readonly from: number; readonly to: number; readonly form: string },
  found: Found,
): void {
  const { from, to, form } = search;
  const part = text.slice(from, to + form.length - 1);
  for (let at = part.indexOf(form); at !== -1; at = part.indexOf(form, at + 1)) {
    found(from + at, from + at + form.length);
  }
}

interface Piece {
  /** Found alone, it counts. */
  strong: boolean;
  /** Forms that begin with it, in lower case. */
  readonly begins: string[];
}

interface PieceTable {
  readonly size: number;
  readonly pieces: ReadonlyMap<string, Piece>;
  /** By the last characters of a window: how far ahead the next piece can begin (Wu and Manber). */
  readonly shifts: Uint8Array;
  /** By the first characters of a window: 1 where a piece begins so. */
  readonly heads: Uint8Array;
}

const BLOCK = 4;
const SLOTS = 0x40000;

function pieceTable(forms: readonly string[], size: number): PieceTable {
  const pieces = new Map<string, Piece>();
  const shifts = new Uint8Array(SLOTS).fill(size - BLOCK + 1);
  const heads = new Uint8Array(SLOTS);
  for (const form of forms) {
    const folded = lowerAscii(form);
    for (let start = 0; start + size <= form.length; start++) {
      const text = folded.slice(start, start + size);
      const piece = pieces.get(text) ?? { strong: false, begins: [] };
      piece.strong ||= size === WORDY_PIECE || isStrong(form.slice(start, start + size));
      if (start === 0) piece.begins.push(folded);
      pieces.set(text, piece);
      heads[hashAt(text, 0)] = 1;
      for (let at = 0; at + BLOCK <= size; at++) {
        const slot = hashAt(text, at);
        shifts[slot] = Math.min(shifts[slot] ?? 0, size - BLOCK - at);
      }
    }
  }
  return { size, pieces, shifts, heads };
}

function findPieces(
  text: string,
  search: { readonly from: number; readonly to: number; readonly table: PieceTable },
  found: Found,
): void {
  const { size, pieces, shifts, heads } = search.table;
  const last = Math.min(search.to - 1, text.length - size);
  let at = search.from;
  while (at <= last) {
    const shift = shifts[hashAt(text, at + size - BLOCK)] ?? 0;
    if (shift > 0) {
      at += shift;
      continue;
    }
    const piece =
      heads[hashAt(text, at)] === 1 ? pieces.get(lowerAscii(text.slice(at, at + size))) : undefined;
    if (piece !== undefined) {
      if (piece.strong) found(at, at + size);
      for (const form of piece.begins) {
        if (lowerAscii(text.slice(at, at + form.length)) === form) found(at, at + form.length);
      }
    }
    at += 1;
  }
}

/** Words and addresses are in one case and without digits; chance seldom makes a key so. */
function isStrong(piece: string): boolean {
  return Number(/[0-9]/.test(piece)) + Number(/[a-z]/.test(piece)) + Number(/[A-Z]/.test(piece)) >= 2;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let unit = at; unit < at + BLOCK; unit++) hash = (hash << 5) ^ folded(text.charCodeAt(unit));
  return hash & (SLOTS - 1);
}

function folded(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
}
