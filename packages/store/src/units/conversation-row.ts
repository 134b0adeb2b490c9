import type { ConversationRecord } from '@bakerst/shared/store/conversation-store';
import { intOf, isoOf, optionalText, textOf } from '../row.ts';
import { queries, type Row } from '../statements.ts';

const COLUMNS = `c.id, c.public_id, c.owner, c.title, c.model, c.pinned, c.hidden, c.created_at, c.updated_at,
  c.turns, c.cost_micros, p.public_id AS owner_id,
  (SELECT t.status FROM turn t WHERE t.conversation = c.id ORDER BY t.position DESC LIMIT 1) AS last_status`;

export const CONVERSATION_QUERIES = queries({
  byId: `SELECT ${COLUMNS} FROM conversation c JOIN principal p ON p.id = c.owner WHERE c.public_id = ?`,
  list: `SELECT ${COLUMNS} FROM conversation c JOIN principal p ON p.id = c.owner
    WHERE c.owner = ? AND c.hidden = 0 AND (c.pinned, c.updated_at, c.id) < (?, ?, ?)
    ORDER BY c.pinned DESC, c.updated_at DESC, c.id DESC LIMIT ?`,
});

export function toConversationRecord(row: Row): ConversationRecord {
  const model = optionalText(row, 'model');
  const lastStatus = optionalText(row, 'last_status');
  return {
    id: textOf(row, 'public_id'),
    owner: textOf(row, 'owner_id'),
    title: textOf(row, 'title'),
    pinned: intOf(row, 'pinned') === 1,
    hidden: intOf(row, 'hidden') === 1,
    createdAt: isoOf(row, 'created_at'),
    updatedAt: isoOf(row, 'updated_at'),
    turns: intOf(row, 'turns'),
    costMicros: intOf(row, 'cost_micros'),
    ...(model === undefined ? {} : { model }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
  };
}
