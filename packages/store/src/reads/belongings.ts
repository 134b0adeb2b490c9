import { Label } from '@bakerst/shared/labels';
import type { AttachmentStore, NoteRecord, NoteStore } from '@bakerst/shared/store/conversation-store';
import { callerOf, owned } from '../caller.ts';
import { bytesOf, intOf, isoOf, textOf } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import { callerKey } from '../units/principal-row.ts';
import { clampLimit, type Reader } from './reader.ts';

const MAX_NOTES = 500;

export const BELONGING_QUERIES = queries({
  attachment: `SELECT a.public_id, a.name, a.media_type, a.bytes, a.created_at, b.sha256, b.data,
      p.public_id AS owner_id
    FROM attachment a JOIN attachment_blob b ON b.id = a.blob JOIN principal p ON p.id = a.owner
    WHERE a.public_id = ?`,
  note: 'SELECT title, text, label, updated_at FROM note WHERE owner = ? AND title = ?',
  notes:
    'SELECT title, label, updated_at FROM note WHERE owner = ? ORDER BY updated_at DESC, id DESC LIMIT ?',
});

/** What a person keeps here besides conversations: files they sent, notes the agent took for them. */
export function belongingReads(
  reader: Reader,
): Pick<AttachmentStore, 'readAttachment'> & Pick<NoteStore, 'readNote' | 'listNotes'> {
  return {
    readAttachment: (access, id) =>
      reader.read((db) => {
        const row = owned(db.get(BELONGING_QUERIES.attachment, [id]), callerOf(access), 'attachment');
        return { record: toAttachmentRecord(row), data: bytesOf(row, 'data') };
      }),
    readNote: (access, title) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        const row = db.get(BELONGING_QUERIES.note, [owner, title]);
        return row === undefined ? undefined : { ...toNoteHead(row), text: textOf(row, 'text') };
      }),
    listNotes: (access, limit) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        return db.all(BELONGING_QUERIES.notes, [owner, clampLimit(limit, MAX_NOTES)]).map(toNoteHead);
      }),
  };
}

function toAttachmentRecord(row: Row) {
  return {
    id: textOf(row, 'public_id'),
    owner: textOf(row, 'owner_id'),
    name: textOf(row, 'name'),
    mediaType: textOf(row, 'media_type'),
    bytes: intOf(row, 'bytes'),
    sha256: textOf(row, 'sha256'),
    createdAt: isoOf(row, 'created_at'),
  };
}

function toNoteHead(row: Row): Omit<NoteRecord, 'text'> {
  return {
    title: textOf(row, 'title'),
    label: Label.parse(JSON.parse(textOf(row, 'label'))),
    updatedAt: isoOf(row, 'updated_at'),
  };
}
