import { Turn, TurnWithSteps } from '@bakerst/shared/api/conversations';
import { z } from 'zod';
import { json } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { turnView, turnWithStepsView } from '../records.ts';
import { type Route, route } from '../route.ts';
import { inSlot } from '../stream-slots.ts';
import { requestedCursor, turnEventsAnswer } from '../turn-events.ts';

export const turnRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/turns/:id',
    id: 'readTurn',
    tag: 'turns',
    access: 'chat',
    summary: 'Read a turn with its recorded steps',
    answers: { 200: { description: 'The turn', schema: TurnWithSteps } },
    errors: ['not_found', 'store_not_found'],
    handle: ({ parts, access, param }) => {
      const id = ownedId('turn', param('id'));
      const record = parts.store.readTurn(access, id);
      return json(200, turnWithStepsView(record, parts.store.readSteps(access, id)));
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/turns/:id/events',
    id: 'followTurn',
    tag: 'turns',
    access: 'chat',
    summary: 'Follow a turn as Server-Sent Events',
    description:
      'Durable events (`step`) have the id `<seq>`; the rest `<seq>.<attempt>.<offset>`. Resume with `Last-Event-ID` ' +
      'or `?after=`. A comment every 15 seconds keeps the connection. The stream ends after the step `turn_ended`; ' +
      '204 says that there is nothing after the cursor and never will be.',
    query: z.object({ after: z.string().max(40).optional() }),
    headers: { 'Last-Event-ID': 'Where to resume' },
    answers: {
      200: { description: 'The events', mediaType: 'text/event-stream' },
      204: { description: 'The turn has ended and was read to its end' },
    },
    errors: ['not_found', 'store_not_found', 'too_many_streams'],
    handle: (exchange) => {
      const { parts, access, query } = exchange;
      const record = parts.store.readTurn(access, ownedId('turn', exchange.param('id')));
      const after = requestedCursor(query.after, exchange.header('last-event-id'));
      const slot = exchange.edge.streams.enter(exchange.credential);
      return inSlot(slot, async () =>
        turnEventsAnswer(exchange, record, { slot, ...(after ? { after } : {}) }),
      );
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/turns/:id/cancel',
    id: 'cancelTurn',
    tag: 'turns',
    access: 'chat',
    summary: 'Stop a turn: its model call and its tools',
    answers: { 200: { description: 'The turn as it is now', schema: Turn } },
    errors: ['not_found', 'store_not_found'],
    handle: async ({ parts, access, param }) =>
      json(200, turnView(await parts.turns.cancel(access, ownedId('turn', param('id'))))),
  }),
];
