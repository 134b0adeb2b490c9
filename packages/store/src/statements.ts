import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

declare const queryBrand: unique symbol;

/**
 * A fixed SQL text. Only `queries()` makes one, at the top of a file that exports it: so no value can ever become
 * SQL, and a test can walk every query of the package and look at its plan.
 */
export type Query = string & { readonly [queryBrand]: true };

export function queries<K extends string>(texts: Readonly<Record<K, string>>): Readonly<Record<K, Query>> {
  return Object.freeze(texts) as Readonly<Record<K, Query>>;
}

export type Row = Readonly<Record<string, SQLOutputValue>>;
export type Params = readonly SQLInputValue[];

/** One connection with its prepared statements. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<Query, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(query: Query, params: Params = []): Row | undefined {
    return this.#prepare(query).get(...params);
  }

  all(query: Query, params: Params = []): readonly Row[] {
    return this.#prepare(query).all(...params);
  }

  /** Number of rows changed. */
  run(query: Query, params: Params = []): number {
    return Number(this.#prepare(query).run(...params).changes);
  }

  /** Key of the row that was inserted. */
  insert(query: Query, params: Params = []): number {
    return Number(this.#prepare(query).run(...params).lastInsertRowid);
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  #prepare(query: Query): StatementSync {
    const known = this.#prepared.get(query);
    if (known !== undefined) return known;
    const made = this.#database.prepare(query);
    this.#prepared.set(query, made);
    return made;
  }
}
