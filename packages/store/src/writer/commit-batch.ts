import type { IdSource } from '@bakerst/shared/ids';
import { isDiskTrouble, translate } from '../sqlite-errors.ts';
import { queries, type Statements } from '../statements.ts';
import { UNITS, type UnitName } from '../units/all-units.ts';
import type { Answer, ErrorFields } from './messages.ts';
import { Undone, type Writing } from './unit.ts';

export interface WaitingUnit {
  readonly id: number;
  readonly unit: UnitName;
  readonly now: number;
  readonly input: unknown;
}

export const BATCH_QUERIES = queries({
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  savepoint: 'SAVEPOINT unit',
  undo: 'ROLLBACK TO unit',
  release: 'RELEASE unit',
});

/**
 * Runs the units in one durable transaction and returns their answers once it is on disk. A unit that fails is
 * undone alone. Trouble with the disk undoes the whole batch: every unit in it is answered with that error.
 */
export function commitBatch(db: Statements, ids: IdSource, batch: readonly WaitingUnit[]): readonly Answer[] {
  try {
    db.run(BATCH_QUERIES.begin);
    const answers = batch.map((waiting) => runAlone({ db, now: waiting.now, ids }, waiting));
    db.run(BATCH_QUERIES.commit);
    return answers;
  } catch (error) {
    rollBack(db);
    const fields = errorFields(error);
    return batch.map(({ id }) => ({ id, error: fields }));
  }
}

function runAlone(writing: Writing, waiting: WaitingUnit): Answer {
  const { db } = writing;
  db.run(BATCH_QUERIES.savepoint);
  try {
    // The sender's types (write-client.ts) pair each name with its input; both ends are this package.
    const run = UNITS[waiting.unit] as (writing: Writing, input: unknown) => unknown;
    const value = run(writing, waiting.input);
    db.run(BATCH_QUERIES.release);
    return { id: waiting.id, value };
  } catch (error) {
    // SQLite may have rolled everything back by itself; then there is no savepoint left to return to.
    if (isDiskTrouble(error) || !db.inTransaction) throw error;
    db.run(BATCH_QUERIES.undo);
    db.run(BATCH_QUERIES.release);
    if (error instanceof Undone) return { id: waiting.id, value: error.answer };
    return { id: waiting.id, error: errorFields(error) };
  }
}

function rollBack(db: Statements): void {
  // After trouble with the disk SQLite may have done it by itself.
  if (db.inTransaction) db.run(BATCH_QUERIES.rollback);
}

export function errorFields(error: unknown): ErrorFields {
  const { code, message, remedy, retryable } = translate(error);
  return { code, message, remedy, retryable };
}
