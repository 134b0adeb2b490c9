import { createHash } from 'node:crypto';
import type { AttachmentRecord } from '@bakerst/shared/store/conversation-store';
import { httpError } from './errors.ts';
import type { AuthedExchange } from './exchange.ts';
import { ATTACHMENT_TYPES, attachmentType } from './media-type.ts';

/** Checks and stores a file. @throws HttpError `attachment_type_refused`, `body_missing` */
export async function storeAttachment(
  { parts, access }: Pick<AuthedExchange, 'parts' | 'access'>,
  file: { readonly name: string; readonly declaredType: string; readonly data: Uint8Array },
): Promise<AttachmentRecord> {
  if (file.data.length === 0) {
    throw httpError({
      code: 'body_missing',
      message: 'The attachment is empty.',
      remedy: 'Send the bytes of the file as the request body.',
    });
  }
  const mediaType = attachmentType(file.declaredType, file.data);
  if (mediaType === undefined) {
    throw httpError({
      code: 'attachment_type_refused',
      message: 'This is not a kind of file that is taken, or its bytes are not what its type says.',
      remedy: `Attach one of ${ATTACHMENT_TYPES.join(', ')}, with the Content-Type that fits.`,
    });
  }
  const record: AttachmentRecord = {
    id: parts.ids('attachment'),
    owner: access.principal,
    name: plainName(file.name),
    mediaType,
    bytes: file.data.length,
    sha256: createHash('sha256').update(file.data).digest('hex'),
    createdAt: new Date(parts.now()).toISOString(),
  };
  await parts.store.putAttachment(access, record, file.data);
  return record;
}

/** A file name to show: no path, nothing invisible or direction-changing that could make it look like another. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  return [...plain].slice(0, 120).join('') || 'file';
}
