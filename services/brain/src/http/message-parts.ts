import type { SendMessageRequest } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import type { Access } from '@bakerst/shared/identity';
import type { AttachmentRecord, AttachmentStore } from '@bakerst/shared/store/conversation-store';
import { ownedId } from './owned-id.ts';

/**
 * What a client sent, made complete: attachments get their facts from the store, and nobody without the scope
 * `operator-prompt` can pass a part off as a system prompt.
 */
export function completeParts(
  store: AttachmentStore,
  access: Access,
  parts: SendMessageRequest['parts'],
): readonly MessagePart[] {
  return parts.map((part) => {
    if (part.type === 'attachment') {
      return attachmentPart(store.readAttachment(access, ownedId('attachment', part.attachment)).record);
    }
    if (part.type === 'quoted' && part.source === 'client_system' && !access.scopes.has('operator-prompt')) {
      return { ...part, source: 'client_history', role: 'system' };
    }
    return part;
  });
}

export function attachmentPart(record: AttachmentRecord): MessagePart {
  return {
    type: 'attachment',
    attachment: record.id,
    name: record.name,
    mediaType: record.mediaType,
    bytes: record.bytes,
    sha256: record.sha256,
  };
}
