import { misuse, storeError } from './errors.ts';
import type { Row } from './statements.ts';

/** Typed reading of columns. STRICT tables keep the types, so a mismatch is a damaged file or a defect. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrongType(column, 'text');
}

export function intOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : wrongType(column, 'integer');
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : wrongType(column, 'blob');
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function optionalInt(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : intOf(row, column);
}

/** Times are stored as epoch milliseconds and spoken as ISO 8601. */
export function toMs(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw misuse(`"${iso.slice(0, 40)}" is not an ISO 8601 time.`);
  return ms;
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOf(row: Row, column: string): string {
  return toIso(intOf(row, column));
}

function wrongType(column: string, wanted: string): never {
  throw storeError({
    code: 'store_corrupt',
    message: `The column ${column} does not hold ${wanted}.`,
    remedy: 'Run `bakerst doctor`; restore the newest backup if the integrity check fails.',
  });
}
