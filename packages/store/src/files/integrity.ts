import type { DatabaseSync } from 'node:sqlite';
import { storeError } from '../errors.ts';

/** `quick` skips the comparison of indexes with their tables, and is several times as fast. */
export type CheckDepth = 'full' | 'quick';

/** @throws CodedError `store_corrupt` with the first findings. */
export function assertIntact(database: DatabaseSync, file: string, depth: CheckDepth = 'full'): void {
  const findings = findDamage(database, depth);
  if (findings.length === 0) return;
  throw storeError({
    code: 'store_corrupt',
    message: `${file} is damaged: ${findings.join('; ')}`,
    remedy: 'Stop the brain and restore the newest backup with `bakerst restore`; the damaged file is kept.',
  });
}

export function findDamage(database: DatabaseSync, depth: CheckDepth): readonly string[] {
  const pragma = depth === 'full' ? 'integrity_check' : 'quick_check';
  try {
    const rows = database.prepare(`PRAGMA ${pragma}(5)`).all();
    return rows.map((row) => String(row[pragma])).filter((text) => text !== 'ok');
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
