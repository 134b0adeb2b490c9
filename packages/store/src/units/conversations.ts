import type { ConversationRecord } from '@bakerst/shared/store/conversation-store';
import { type Caller, owned } from '../caller.ts';
import { conflict, notFound } from '../errors.ts';
import { intOf } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { ACCEPT_QUERIES } from './accept-turn.ts';
import { CONVERSATION_QUERIES, toConversationRecord } from './conversation-row.ts';
import { callerKey } from './principal-row.ts';
import { unindexTurn } from './search-index.ts';
import { enqueueEvents } from './step-rows.ts';

export interface CreateConversationInput {
  readonly caller: Caller;
  readonly id: string;
  readonly title: string;
  readonly model?: string;
}

export interface UpdateConversationInput {
  readonly caller: Caller;
  readonly id: string;
  readonly title?: string;
  readonly pinned?: boolean;
  readonly model?: string | null;
}

export const CONVERSATION_UNIT_QUERIES = queries({
  setTitle: 'UPDATE conversation SET title = ? WHERE id = ?',
  setPinned: 'UPDATE conversation SET pinned = ? WHERE id = ?',
  setModel: 'UPDATE conversation SET model = ? WHERE id = ?',
  busy: `SELECT t.id FROM turn t WHERE t.conversation = ? AND t.ended_at IS NULL
    AND (t.status = 'running' OR EXISTS (SELECT 1 FROM hold h WHERE h.turn = t.id)) LIMIT 1`,
  turns: 'SELECT id FROM turn WHERE conversation = ?',
  deleteTurns: 'DELETE FROM turn WHERE conversation = ?',
  deleteConversation: 'DELETE FROM conversation WHERE id = ?',
});

export function createConversation(writing: Writing, input: CreateConversationInput): ConversationRecord {
  const owner = callerKey(writing, input.caller);
  const { id, title, model } = input;
  const params = [id, owner, title, model ?? null, 0, writing.now, writing.now];
  writing.db.insert(ACCEPT_QUERIES.insertConversation, params);
  return read(writing, input);
}

export function updateConversation(writing: Writing, input: UpdateConversationInput): ConversationRecord {
  const found = writing.db.get(CONVERSATION_QUERIES.byId, [input.id]);
  const id = intOf(owned(found, input.caller, 'conversation'), 'id');
  if (input.title !== undefined) writing.db.run(CONVERSATION_UNIT_QUERIES.setTitle, [input.title, id]);
  if (input.pinned !== undefined) {
    writing.db.run(CONVERSATION_UNIT_QUERIES.setPinned, [input.pinned ? 1 : 0, id]);
  }
  if (input.model !== undefined) writing.db.run(CONVERSATION_UNIT_QUERIES.setModel, [input.model, id]);
  return read(writing, input);
}

/** Turns, steps, approvals and search entries go; what was spent stays spent, and used keys stay used. */
export function deleteConversation(
  writing: Writing,
  input: { readonly caller: Caller; readonly id: string; readonly outbox: readonly string[] },
): void {
  const found = writing.db.get(CONVERSATION_QUERIES.byId, [input.id]);
  const id = intOf(owned(found, input.caller, 'conversation'), 'id');
  if (writing.db.get(CONVERSATION_UNIT_QUERIES.busy, [id]) !== undefined) {
    throw conflict('A turn of this conversation is running.', 'Stop it first, or wait until it has ended.');
  }
  for (const turn of writing.db.all(CONVERSATION_UNIT_QUERIES.turns, [id])) {
    unindexTurn(writing, intOf(turn, 'id'));
  }
  writing.db.run(CONVERSATION_UNIT_QUERIES.deleteTurns, [id]);
  writing.db.run(CONVERSATION_UNIT_QUERIES.deleteConversation, [id]);
  enqueueEvents(writing, input.outbox);
}

function read(writing: Writing, input: { readonly caller: Caller; readonly id: string }): ConversationRecord {
  const row = writing.db.get(CONVERSATION_QUERIES.byId, [input.id]);
  if (row === undefined) throw notFound('conversation');
  return toConversationRecord(row);
}
