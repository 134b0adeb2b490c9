import { CreatedStop, CreateStopRequest, StopList } from '@bakerst/shared/api/guard';
import { requireScope } from '../authorize.ts';
import { type Answer, type AuthedExchange, json, noContent } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { type Route, route } from '../route.ts';

const WHO = 'A conversation by its owner with the scope `chat`; a tool, a server or everything with `admin`.';

export const stopRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/stops',
    id: 'listStops',
    tag: 'stops',
    access: 'authenticated',
    summary: 'List what is stopped now',
    description: 'Of conversations only your own.',
    answers: { 200: { description: 'Stops in force', schema: StopList } },
    handle: ({ parts, access }) => json(200, { items: parts.stops.list(access) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/stops',
    id: 'createStop',
    tag: 'stops',
    access: 'authenticated',
    summary: 'The kill switch: stop a conversation, a tool, a server, or everything',
    description:
      `${WHO} Running calls are cut off, and of a conversation or everything the turns are cancelled with their open ` +
      'approvals. Chat goes on: messages are still answered, only tools are refused, until the stop is lifted.',
    body: { schema: CreateStopRequest, limit: () => 16_384 },
    answers: { 201: { description: 'What is stopped, and what was cut off', schema: CreatedStop } },
    errors: ['scope_missing', 'not_found', 'store_not_found', 'stop_target_unknown', 'stop_target_invalid'],
    handle: putStop,
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/stops/:id',
    id: 'liftStop',
    tag: 'stops',
    access: 'authenticated',
    summary: 'Lift a stop',
    description: WHO,
    answers: { 204: { description: 'Lifted' } },
    errors: ['scope_missing', 'not_found', 'store_not_found'],
    handle: async ({ parts, access, param }) => {
      const id = ownedId('stop', param('id'));
      const isOwnConversation = parts.stops
        .list(access)
        .some((stop) => stop.id === id && stop.scope === 'conversation');
      requireScope(access, isOwnConversation ? 'chat' : 'admin');
      await parts.stops.lift(access, id);
      return noContent();
    },
  }),
];

async function putStop({
  parts,
  access,
  body,
}: AuthedExchange<undefined, CreateStopRequest>): Promise<Answer> {
  requireScope(access, body.scope === 'conversation' ? 'chat' : 'admin');
  if (body.scope === 'conversation' && body.target !== '') ownedId('conversation', body.target);
  return json(201, await parts.stops.put(access, body));
}
