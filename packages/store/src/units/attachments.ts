import { createHash } from 'node:crypto';
import type { AttachmentRecord } from '@bakerst/shared/store/conversation-store';
import type { Caller } from '../caller.ts';
import { misuse, notFound } from '../errors.ts';
import { intOf, toMs } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { callerKey } from './principal-row.ts';

export const ATTACHMENT_QUERIES = queries({
  findBlob: 'SELECT id FROM attachment_blob WHERE owner = ? AND sha256 = ?',
  insertBlob: 'INSERT INTO attachment_blob (owner, sha256, data) VALUES (?, ?, ?)',
  insert: `INSERT INTO attachment (public_id, owner, name, media_type, bytes, blob, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
});

/**
 * Stores the bytes once per owner. Per owner, not over all: else the time it takes would tell a stranger whether
 * somebody else has the same file.
 */
export function putAttachment(
  writing: Writing,
  input: { readonly caller: Caller; readonly record: AttachmentRecord; readonly data: Uint8Array },
): void {
  const { record, data } = input;
  if (record.owner !== input.caller.principal) throw notFound('principal');
  const owner = callerKey(writing, input.caller);
  const sha256 = createHash('sha256').update(data).digest('hex');
  if (sha256 !== record.sha256.toLowerCase() || data.byteLength !== record.bytes) {
    throw misuse('The attachment does not match its own digest and size.');
  }
  const known = writing.db.get(ATTACHMENT_QUERIES.findBlob, [owner, sha256]);
  const blob =
    known === undefined
      ? writing.db.insert(ATTACHMENT_QUERIES.insertBlob, [owner, sha256, data])
      : intOf(known, 'id');
  writing.db.run(ATTACHMENT_QUERIES.insert, [
    record.id,
    owner,
    record.name,
    record.mediaType,
    record.bytes,
    blob,
    toMs(record.createdAt),
  ]);
}
