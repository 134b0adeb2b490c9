import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';

export const SEARCH_INDEX_QUERIES = queries({
  add: 'INSERT INTO message_search (rowid, owner, text) VALUES (?, ?, ?)',
  remove: 'DELETE FROM message_search WHERE rowid = ?',
});

/** Longer texts are found by their beginning: an index entry must not cost more than its message. */
const INDEXED_CHARACTERS = 200_000;

export function indexMessage(
  writing: Writing,
  message: { readonly turn: number; readonly owner: number; readonly role: 'user' | 'assistant' },
  text: string,
): void {
  if (text.trim() === '') return;
  const rowid = searchRowid(message.turn, message.role);
  const indexed = text.slice(0, INDEXED_CHARACTERS);
  writing.db.run(SEARCH_INDEX_QUERIES.add, [rowid, String(message.owner), indexed]);
}

export function unindexTurn(writing: Writing, turn: number): void {
  writing.db.run(SEARCH_INDEX_QUERIES.remove, [searchRowid(turn, 'user')]);
  writing.db.run(SEARCH_INDEX_QUERIES.remove, [searchRowid(turn, 'assistant')]);
}

function searchRowid(turn: number, role: 'user' | 'assistant'): number {
  return turn * 2 + (role === 'assistant' ? 1 : 0);
}

export function fromSearchRowid(rowid: number): {
  readonly turn: number;
  readonly role: 'user' | 'assistant';
} {
  return { turn: Math.floor(rowid / 2), role: rowid % 2 === 1 ? 'assistant' : 'user' };
}
