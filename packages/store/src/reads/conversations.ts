import type { ConversationStore } from '@bakerst/shared/store/conversation-store';
import { callerOf, owned } from '../caller.ts';
import { intOf } from '../row.ts';
import { CONVERSATION_QUERIES, toConversationRecord } from '../units/conversation-row.ts';
import { callerKey } from '../units/principal-row.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { clampLimit, type Reader } from './reader.ts';

const MAX_PAGE = 200;
/** Before every conversation in the order of the list. */
const START: readonly number[] = [2, 0, 0];

export function conversationReads(
  reader: Reader,
): Pick<ConversationStore, 'readConversation' | 'listConversations'> {
  return {
    readConversation: (access, id) =>
      reader.read((db) =>
        toConversationRecord(
          owned(db.get(CONVERSATION_QUERIES.byId, [id]), callerOf(access), 'conversation'),
        ),
      ),
    listConversations: (access, page) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        const limit = clampLimit(page.limit, MAX_PAGE);
        const after = page.cursor === undefined ? START : decodeCursor(page.cursor, 3);
        const rows = db.all(CONVERSATION_QUERIES.list, [owner, ...after, limit + 1]);
        const items = rows.slice(0, limit).map(toConversationRecord);
        const last = rows[limit - 1];
        if (rows.length <= limit || last === undefined) return { items };
        const place = ['pinned', 'updated_at', 'id'].map((column) => intOf(last, column));
        return { items, next: encodeCursor(place) };
      }),
  };
}
