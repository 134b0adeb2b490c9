import {
  ConversationPage,
  Conversation as ConversationSchema,
  CreateConversationRequest,
  PageQuery,
  SearchPage,
  SearchQuery,
  TurnPage,
  TurnsQuery,
  UpdateConversationRequest,
} from '@bakerst/shared/api/conversations';
import type { Page } from '@bakerst/shared/store/conversation-store';
import type { z } from 'zod';
import { ExportQuery, exportConversation } from '../conversation-export.ts';
import { type Answer, type AuthedExchange, json, noContent } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { conversationView, turnWithStepsView } from '../records.ts';
import { type Route, route } from '../route.ts';

const SMALL_BODY = 65_536;

export const conversationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/conversations',
    id: 'listConversations',
    tag: 'conversations',
    access: 'chat',
    summary: 'List conversations: pinned first, then newest use first',
    query: PageQuery,
    answers: { 200: { description: 'A page', schema: ConversationPage } },
    handle: ({ parts, access, query }) =>
      json(200, page(parts.store.listConversations(access, pageOf(query)), conversationView)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/conversations',
    id: 'createConversation',
    tag: 'conversations',
    access: 'chat',
    summary: 'Make an empty conversation',
    body: { schema: CreateConversationRequest, limit: () => SMALL_BODY },
    answers: { 201: { description: 'The conversation', schema: ConversationSchema } },
    handle: createConversation,
  }),
  route({
    method: 'GET',
    path: '/api/v1/conversations/:id',
    id: 'readConversation',
    tag: 'conversations',
    access: 'chat',
    summary: 'Read a conversation',
    answers: { 200: { description: 'The conversation', schema: ConversationSchema } },
    errors: ['not_found', 'store_not_found'],
    handle: ({ parts, access, param }) =>
      json(200, conversationView(parts.store.readConversation(access, ownedId('conversation', param('id'))))),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/conversations/:id',
    id: 'updateConversation',
    tag: 'conversations',
    access: 'chat',
    summary: 'Rename, pin, or choose the model of a conversation',
    body: { schema: UpdateConversationRequest, limit: () => SMALL_BODY },
    answers: { 200: { description: 'The conversation as it is now', schema: ConversationSchema } },
    errors: ['not_found', 'store_not_found'],
    handle: updateConversation,
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/conversations/:id',
    id: 'deleteConversation',
    tag: 'conversations',
    access: 'chat',
    summary: 'Delete a conversation with its turns; what it cost stays counted',
    answers: { 204: { description: 'Deleted' } },
    errors: ['not_found', 'store_not_found', 'store_conflict'],
    handle: deleteConversation,
  }),
  route({
    method: 'GET',
    path: '/api/v1/conversations/:id/turns',
    id: 'listTurns',
    tag: 'conversations',
    access: 'chat',
    summary: 'Turns of a conversation with their steps, newest first',
    query: TurnsQuery,
    answers: { 200: { description: 'A page', schema: TurnPage } },
    errors: ['not_found', 'store_not_found'],
    handle: listTurns,
  }),
  route({
    method: 'GET',
    path: '/api/v1/conversations/:id/export',
    id: 'exportConversation',
    tag: 'conversations',
    access: 'chat',
    summary: 'Everything of a conversation as JSON or Markdown',
    query: ExportQuery,
    answers: { 200: { description: 'A file to save', mediaType: 'application/json, text/markdown' } },
    errors: ['not_found', 'store_not_found'],
    handle: exportConversation,
  }),
  route({
    method: 'GET',
    path: '/api/v1/search',
    id: 'searchMessages',
    tag: 'conversations',
    access: 'chat',
    summary: 'Search what was said; every word is matched as a prefix',
    query: SearchQuery,
    answers: { 200: { description: 'A page', schema: SearchPage } },
    handle: ({ parts, access, query }) =>
      json(
        200,
        page(parts.store.searchMessages(access, query.q, pageOf(query)), (hit) => hit),
      ),
  }),
];

function pageOf(query: z.infer<typeof PageQuery>): { readonly limit: number; readonly cursor?: string } {
  return { limit: query.limit, ...(query.cursor === undefined ? {} : { cursor: query.cursor }) };
}

function page<T, V>(from: Page<T>, view: (item: T) => V): { items: V[]; next?: string } {
  return { items: from.items.map(view), ...(from.next === undefined ? {} : { next: from.next }) };
}

async function createConversation(
  exchange: AuthedExchange<undefined, z.infer<typeof CreateConversationRequest>>,
): Promise<Answer> {
  const { parts, access, body } = exchange;
  if (body.model !== undefined) parts.models.requireKnown(body.model);
  const record = await parts.store.createConversation(access, {
    id: parts.ids('conversation'),
    title: body.title,
    ...(body.model === undefined ? {} : { model: body.model }),
  });
  return json(201, conversationView(record), { location: `/api/v1/conversations/${record.id}` });
}

async function updateConversation(
  exchange: AuthedExchange<undefined, UpdateConversationRequest>,
): Promise<Answer> {
  const { parts, access, body, param } = exchange;
  const id = ownedId('conversation', param('id'));
  if (typeof body.model === 'string') parts.models.requireKnown(body.model);
  const record = await parts.store.updateConversation(access, id, {
    ...(body.title === undefined ? {} : { title: body.title }),
    ...(body.pinned === undefined ? {} : { pinned: body.pinned }),
    ...(body.model === undefined ? {} : { model: body.model }),
  });
  return json(200, conversationView(record));
}

async function deleteConversation({ parts, access, param }: AuthedExchange): Promise<Answer> {
  const id = ownedId('conversation', param('id'));
  const event = parts.auditEvent({
    type: 'admin.conversation_deleted',
    actor: access.principal,
    onBehalfOf: access.principal,
    conversation: id,
    body: { conversation: id, by: access.credential },
  });
  await parts.store.deleteConversation(access, id, [event]);
  return noContent();
}

function listTurns(exchange: AuthedExchange<z.infer<typeof TurnsQuery>>): Answer {
  const { parts, access, query, param } = exchange;
  const id = ownedId('conversation', param('id'));
  parts.store.readConversation(access, id);
  const turns = parts.store.readHistory(access, id, {
    limit: query.limit,
    ...(query.before === undefined ? {} : { beforePosition: query.before }),
  });
  const oldest = turns.at(-1)?.record.position ?? 1;
  const body: TurnPage = {
    items: turns.map(({ record, steps }) => turnWithStepsView(record, steps)),
    ...(turns.length === query.limit && oldest > 1 ? { next: oldest } : {}),
  };
  return json(200, body);
}
