import type { Caller } from '../caller.ts';
import { notFound } from '../errors.ts';
import { intOf } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';

export const PRINCIPAL_QUERIES = queries({
  keyOf: 'SELECT id FROM principal WHERE public_id = ?',
});

export function principalKey(writing: Pick<Writing, 'db'>, principal: string): number {
  const row = writing.db.get(PRINCIPAL_QUERIES.keyOf, [principal]);
  if (row === undefined) throw notFound('principal');
  return intOf(row, 'id');
}

export function callerKey(writing: Pick<Writing, 'db'>, caller: Caller): number {
  return principalKey(writing, caller.principal);
}
