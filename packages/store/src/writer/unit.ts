import type { IdSource } from '@bakerst/shared/ids';
import type { Statements } from '../statements.ts';

/** What a unit runs with. It is synchronous from its first check to its last write: nothing comes in between. */
export interface Writing {
  readonly db: Statements;
  /** The caller's clock when it posted the unit, epoch milliseconds. */
  readonly now: number;
  readonly ids: IdSource;
}

/** Ends a unit with an answer instead of an error, undoing what it wrote so far. */
export class Undone extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('The unit was undone.');
    this.answer = answer;
  }
}
