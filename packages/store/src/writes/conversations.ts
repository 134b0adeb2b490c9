import type { AttachmentStore, ConversationStore, NoteStore } from '@bakerst/shared/store/conversation-store';
import { callerOf } from '../caller.ts';
import { toEventRows } from '../units/step-rows.ts';
import type { WriteClient } from '../writer/write-client.ts';

type ConversationWrites = Pick<
  ConversationStore,
  'createConversation' | 'updateConversation' | 'deleteConversation'
> &
  Pick<AttachmentStore, 'putAttachment'> &
  Pick<NoteStore, 'writeNote'>;

export function conversationWrites(writer: WriteClient): ConversationWrites {
  return {
    createConversation: (access, input) =>
      writer.run('createConversation', { ...input, caller: callerOf(access) }),
    updateConversation: (access, id, change) =>
      writer.run('updateConversation', { ...change, caller: callerOf(access), id }),
    deleteConversation: (access, id, outbox) =>
      writer.run('deleteConversation', { caller: callerOf(access), id, outbox: toEventRows(outbox) }),
    putAttachment: (access, record, data) =>
      writer.run('putAttachment', { caller: callerOf(access), record, data }),
    writeNote: (access, note, writeKey) =>
      writer.run('writeNote', { caller: callerOf(access), note, writeKey }),
  };
}
