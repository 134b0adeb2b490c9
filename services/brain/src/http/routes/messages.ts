import {
  type AcceptedMessage,
  AcceptedMessage as AcceptedMessageSchema,
  CompletedMessage,
  SendMessageRequest,
} from '@bakerst/shared/api/conversations';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { z } from 'zod';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { idempotencyOf } from '../idempotency.ts';
import { completeParts } from '../message-parts.ts';
import { ownedId } from '../owned-id.ts';
import type { AcceptMessage } from '../parts.ts';
import { turnView } from '../records.ts';
import { type Route, route } from '../route.ts';
import { inSlot, type StreamSlot } from '../stream-slots.ts';
import { requestedCursor, turnEventsAnswer } from '../turn-events.ts';
import { turnOutcome } from '../turn-outcome.ts';

const PATH = '/api/v1/messages';
const MAX_WAIT_S = 600;

export const messageRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: PATH,
    id: 'sendMessage',
    tag: 'messages',
    access: 'chat',
    summary: 'Send a message: makes a turn that answers it',
    description:
      'The message is durable before the answer. 202 at once; with `Prefer: wait=<seconds>` (at most 600) it waits ' +
      'for the turn; with `Accept: text/event-stream` the answer is the stream of `GET /api/v1/turns/{id}/events`, ' +
      'with `Bakerst-Turn` and `Bakerst-Conversation` as headers. Hanging up never stops a turn: cancel it instead.',
    headers: {
      'Idempotency-Key': 'Makes a retried request the same turn for 7 days.',
      Prefer: '`wait=<seconds>`',
      Accept: '`text/event-stream` for the event stream',
    },
    body: { schema: SendMessageRequest, limit: (limits) => limits.messageBytes },
    answers: {
      200: { description: 'The turn ended while this call waited', schema: CompletedMessage },
      202: {
        description:
          'Accepted; the turn goes on. After a wait with what there is, and the approval it waits for',
        schema: z.union([CompletedMessage, AcceptedMessageSchema]),
      },
      204: { description: 'A resumed stream of a turn that was read to its end' },
    },
    errors: ['too_many_streams', 'not_found', 'store_not_found', 'store_idempotency_mismatch', 'store_full'],
    handle: sendMessage,
  }),
];

type SendExchange = AuthedExchange<undefined, SendMessageRequest>;

async function sendMessage(exchange: SendExchange): Promise<Answer> {
  const streams = exchange.header('accept')?.includes('text/event-stream') === true;
  const waitS = preferredWait(exchange.header('prefer'));
  if (!streams && waitS === undefined) {
    const { message, headers } = await accept(exchange);
    return json(202, message, headers);
  }
  // The place to wait in is taken before the turn exists: a refusal then means that nothing was accepted.
  const slot = exchange.edge.streams.enter(exchange.credential);
  return inSlot(slot, () => (streams ? streamed(exchange, slot) : waited(exchange, waitS ?? 0)));
}

async function accept(exchange: SendExchange) {
  const accepted = await exchange.parts.turns.accept(acceptInput(exchange));
  const { record } = accepted;
  const message: AcceptedMessage = {
    conversation: record.conversation,
    turn: turnView(record),
    message: accepted.message,
    withdrawnApprovals: [...accepted.withdrawn],
  };
  return {
    record,
    message,
    headers: { 'bakerst-turn': record.id, 'bakerst-conversation': record.conversation },
  };
}

async function streamed(exchange: SendExchange, slot: StreamSlot): Promise<Answer> {
  const after = requestedCursor(undefined, exchange.header('last-event-id'));
  const { record, headers } = await accept(exchange);
  return turnEventsAnswer(exchange, record, { slot, headers, ...(after ? { after } : {}) });
}

async function waited(exchange: SendExchange, waitS: number): Promise<Answer> {
  const { parts, access } = exchange;
  const { record, message, headers } = await accept(exchange);
  const options = { timeoutMs: waitS * 1_000, signal: exchange.leaving() };
  const now = await parts.turns.wait(access, record.id, options);
  const body = completed(exchange, message, now);
  return json(now.endedAt === undefined ? 202 : 200, body, { ...headers, 'preference-applied': 'wait' });
}

function acceptInput(exchange: SendExchange): AcceptMessage {
  const { parts, access, body } = exchange;
  const { conversation, model, maxOutputTokens } = body;
  if (model !== undefined) parts.models.requireKnown(model);
  const idempotency = idempotencyOf(exchange.header('idempotency-key'), `POST ${PATH}`, body);
  return {
    access,
    parts: completeParts(parts.store, access, body.parts),
    ...(conversation === undefined ? {} : { conversation: ownedId('conversation', conversation) }),
    ...(model === undefined ? {} : { model }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(idempotency ? { idempotency } : {}),
  };
}

/** RFC 7240. What is not understood is ignored, as the RFC wants. */
function preferredWait(prefer: string | undefined): number | undefined {
  const match = prefer === undefined ? null : /(?:^|[,;\s])wait="?(\d{1,6})"?(?:$|[,;\s])/i.exec(prefer);
  return match ? Math.min(Number(match[1]), MAX_WAIT_S) : undefined;
}

function completed(exchange: SendExchange, message: AcceptedMessage, record: TurnRecord): CompletedMessage {
  const outcome = turnOutcome(exchange.parts.store.readSteps(exchange.access, record.id));
  return {
    ...message,
    turn: turnView(record),
    text: outcome.text,
    ...(outcome.model === undefined ? {} : { model: outcome.model }),
    ...(record.status === 'parked' && outcome.approval !== undefined ? { approval: outcome.approval } : {}),
    ...(outcome.error ? { error: outcome.error } : {}),
  };
}
