import { storeError } from '../errors.ts';

/** Opaque to clients; numbers only, so that a forged one can at most name another place in one's own list. */
export function encodeCursor(numbers: readonly number[]): string {
  return Buffer.from(numbers.join('.')).toString('base64url');
}

/** @throws CodedError `store_not_found` for anything that `encodeCursor` did not make with that many numbers. */
export function decodeCursor(cursor: string, count: number): readonly number[] {
  const text = Buffer.from(cursor.slice(0, 200), 'base64url').toString('latin1');
  const parts = text.split('.');
  const numbers = parts.map(Number);
  if (parts.length === count && /^\d+(\.\d+)*$/.test(text) && numbers.every(Number.isSafeInteger))
    return numbers;
  throw storeError({
    code: 'store_not_found',
    message: 'There is no such page.',
    remedy: 'Take the cursor from the `next` of the former page, or start from the first page.',
  });
}
