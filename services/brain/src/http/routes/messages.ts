import {
  type AcceptedMessage,
  AcceptedMessage as AcceptedMessageSchema,
  CompletedMessage,
  SendMessageRequest,
} from '@bakerst/shared/api/conversations';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { idempotencyOf } from '../idempotency.ts';
import { completeParts } from '../message-parts.ts';
import { ownedId } from '../owned-id.ts';
import type { AcceptMessage } from '../parts.ts';
import { turnView } from '../records.ts';
import { type Route, route } from '../route.ts';
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
      202: { description: 'Accepted; the turn goes on', schema: AcceptedMessageSchema },
    },
    errors: ['not_found', 'store_not_found', 'store_idempotency_mismatch', 'store_full'],
    handle: sendMessage,
  }),
];

async function sendMessage(exchange: AuthedExchange<undefined, SendMessageRequest>): Promise<Answer> {
  const { parts, access } = exchange;
  const accepted = await parts.turns.accept(acceptInput(exchange));
  const message: AcceptedMessage = {
    conversation: accepted.record.conversation,
    turn: turnView(accepted.record),
    message: accepted.message,
    withdrawnApprovals: [...accepted.withdrawn],
  };
  const headers = {
    'bakerst-turn': accepted.record.id,
    'bakerst-conversation': accepted.record.conversation,
  };
  if (exchange.header('accept')?.includes('text/event-stream')) {
    const after = requestedCursor(undefined, exchange.header('last-event-id'));
    return turnEventsAnswer(exchange, accepted.record, { headers, ...(after ? { after } : {}) });
  }
  const waitS = preferredWait(exchange.header('prefer'));
  if (waitS === undefined) return json(202, message, headers);
  const record = await parts.turns.wait(access, accepted.record.id, {
    timeoutMs: waitS * 1_000,
    signal: exchange.leaving(),
  });
  return completed(exchange, message, record);
}

function acceptInput(exchange: AuthedExchange<undefined, SendMessageRequest>): AcceptMessage {
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

function completed(exchange: AuthedExchange, message: AcceptedMessage, record: TurnRecord): Answer {
  const headers = {
    'preference-applied': 'wait',
    'bakerst-turn': record.id,
    'bakerst-conversation': record.conversation,
  };
  const outcome = turnOutcome(exchange.parts.store.readSteps(exchange.access, record.id));
  const body: CompletedMessage = {
    ...message,
    turn: turnView(record),
    text: outcome.text,
    ...(outcome.model === undefined ? {} : { model: outcome.model }),
    ...(record.status === 'parked' && outcome.approval !== undefined ? { approval: outcome.approval } : {}),
    ...(outcome.error ? { error: outcome.error } : {}),
  };
  return json(record.endedAt === undefined ? 202 : 200, body, headers);
}
