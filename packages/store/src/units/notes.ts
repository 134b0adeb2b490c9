import type { NoteRecord } from '@bakerst/shared/store/conversation-store';
import type { Caller } from '../caller.ts';
import { toMs } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { callerKey } from './principal-row.ts';

export const NOTE_QUERIES = queries({
  remember: 'INSERT OR IGNORE INTO note_write (owner, write_key) VALUES (?, ?)',
  write: `INSERT INTO note (owner, title, text, label, updated_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (owner, title) DO UPDATE
    SET text = excluded.text, label = excluded.label, updated_at = excluded.updated_at`,
});

/** A write key is used once, for ever: a call that is run again after a crash must not undo a later write. */
export function writeNote(
  writing: Writing,
  input: { readonly caller: Caller; readonly note: NoteRecord; readonly writeKey: string },
): void {
  const owner = callerKey(writing, input.caller);
  if (writing.db.run(NOTE_QUERIES.remember, [owner, input.writeKey]) === 0) return;
  const { title, text, label, updatedAt } = input.note;
  writing.db.run(NOTE_QUERIES.write, [owner, title, text, JSON.stringify(label), toMs(updatedAt)]);
}
