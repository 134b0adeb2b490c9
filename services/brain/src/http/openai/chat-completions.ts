import type { MessagePart } from '@bakerst/shared/content';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { statusOfCode } from '../error-statuses.ts';
import { httpError } from '../errors.ts';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { idempotencyOf } from '../idempotency.ts';
import { attachmentPart } from '../message-parts.ts';
import { ownedId } from '../owned-id.ts';
import type { AcceptMessage } from '../parts.ts';
import { storeAttachment } from '../store-attachment.ts';
import { inSlot, type StreamSlot } from '../stream-slots.ts';
import { type CompletionHead, completionBody } from './completion-body.ts';
import { completionOutcome, endError, parkedSentence } from './completion-outcome.ts';
import { type DraftPart, draftParts } from './completion-parts.ts';
import { type ChatCompletionRequest, refuseUnsupported } from './completion-request.ts';
import { streamCompletion } from './completion-stream.ts';

export const COMPLETIONS_PATH = '/v1/chat/completions';

/** Names that mean "the agent with its configured model". */
export const AGENT_MODEL = 'bakerst';

type CompletionExchange = AuthedExchange<undefined, ChatCompletionRequest>;

/**
 * A completion is a turn. It is durable once accepted: a client that hangs up stops nothing, and a retry with the
 * same `Idempotency-Key` gets the same turn's answer.
 */
export async function completeChat(exchange: CompletionExchange): Promise<Answer> {
  refuseUnsupported(exchange.body);
  const slot = exchange.edge.streams.enter(exchange.credential);
  return inSlot(slot, async () => {
    const completion = await begin(exchange);
    return exchange.body.stream === true
      ? streamedAnswer(exchange, completion, slot)
      : blockingAnswer(exchange, completion);
  });
}

interface Completion {
  readonly head: CompletionHead;
  readonly clientTools: ReadonlySet<string>;
  readonly headers: Readonly<Record<string, string>>;
}

async function begin(exchange: CompletionExchange): Promise<Completion> {
  const input = await acceptInput(exchange);
  const { record } = await exchange.parts.turns.accept(input);
  return {
    head: {
      turn: record.id,
      conversation: record.conversation,
      created: Math.floor(Date.parse(record.createdAt) / 1_000),
      model: exchange.body.model,
    },
    clientTools: new Set((input.clientTools ?? []).map((tool) => tool.name)),
    headers: { 'bakerst-turn': record.id, 'bakerst-conversation': record.conversation },
  };
}

function streamedAnswer(exchange: CompletionExchange, completion: Completion, slot: StreamSlot): Answer {
  const { parts, access, body } = exchange;
  const { head, clientTools, headers } = completion;
  return {
    kind: 'events',
    slot,
    headers,
    run: (stream) =>
      streamCompletion(stream, parts.turns.follow(access, head.turn, { signal: stream.signal }), {
        head,
        clientTools,
        includeUsage: body.stream_options?.include_usage === true,
        readSteps: () => parts.store.readSteps(access, head.turn),
      }),
  };
}

async function acceptInput(exchange: CompletionExchange): Promise<AcceptMessage> {
  const { parts, access, body } = exchange;
  const header = exchange.header('bakerst-conversation');
  const conversation = header === undefined ? undefined : ownedId('conversation', header);
  const model = body.model === AGENT_MODEL ? undefined : body.model;
  if (model !== undefined) parts.models.requireKnown(model);
  const drafts = draftParts(body.messages, { access, continues: conversation !== undefined });
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const idempotency = idempotencyOf(exchange.header('idempotency-key'), `POST ${COMPLETIONS_PATH}`, [
    body,
    conversation,
  ]);
  const tools = body.tool_choice === 'none' ? [] : (body.tools ?? []);
  return {
    access,
    parts: await storedParts(exchange, drafts),
    ...(conversation === undefined ? { hidden: true } : { conversation }),
    ...(model === undefined ? {} : { model }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(idempotency ? { idempotency } : {}),
    ...(tools.length === 0 ? {} : { clientTools: tools.map(clientTool) }),
  };
}

function clientTool(tool: NonNullable<ChatCompletionRequest['tools']>[number]) {
  const { name, description, parameters } = tool.function;
  return {
    name,
    description: description ?? '',
    parameters: parameters ?? { type: 'object', properties: {} },
  };
}

/** Files are stored only after everything else of the request was found good. */
async function storedParts(
  exchange: CompletionExchange,
  drafts: readonly DraftPart[],
): Promise<MessagePart[]> {
  const { limits } = exchange.parts.settings;
  const text = drafts.reduce((sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : 0), 0);
  const tooBig = drafts.some(
    (part) => part.type === 'inline_file' && part.data.length > limits.attachmentBytes,
  );
  if (text > limits.messageBytes || tooBig) {
    throw httpError({
      code: 'body_too_large',
      message: `The messages hold more than ${limits.messageBytes} bytes of text, or a file is too large.`,
      remedy: 'Send fewer messages, or continue a stored conversation with the Bakerst-Conversation header.',
    });
  }
  const stored: MessagePart[] = [];
  for (const part of drafts) {
    if (part.type !== 'inline_file') stored.push(part);
    else {
      const { name, mediaType: declaredType, data } = part;
      stored.push(attachmentPart(await storeAttachment(exchange, { name, declaredType, data })));
    }
  }
  return stored;
}

async function blockingAnswer(exchange: CompletionExchange, completion: Completion): Promise<Answer> {
  const { parts, access } = exchange;
  const { head, headers } = completion;
  const record = await parts.turns.wait(access, head.turn, {
    timeoutMs: parts.settings.limits.turnDeadlineMs,
    signal: exchange.leaving(),
  });
  const outcome = completionOutcome(parts.store.readSteps(access, head.turn), completion.clientTools);
  if (record.status === 'parked') {
    const text = [outcome.text, parkedSentence(outcome.approval)]
      .filter((piece) => piece !== '')
      .join('\n\n');
    return json(
      200,
      completionBody(head, { ...outcome, text, finishReason: 'stop', toolCalls: [] }),
      headers,
    );
  }
  const error = endError(record.status, outcome.error) ?? unfinished(record);
  if (error) return json(statusOfCode(error.code) ?? 502, errorBody(error), headers);
  return json(200, completionBody(head, { ...outcome, approval: undefined }), headers);
}

function unfinished(record: TurnRecord): ReturnType<typeof endError> {
  if (record.endedAt !== undefined) return undefined;
  return {
    code: 'brain_not_ready',
    message: `The turn ${record.id} is not finished yet; it goes on without this call.`,
    remedy: 'Repeat the call with the same Idempotency-Key, or read the turn in the console.',
  };
}

function errorBody(error: NonNullable<ReturnType<typeof endError>>) {
  const { code, message, remedy } = error;
  return { error: { message, type: 'server_error', code, param: null, ...(remedy ? { remedy } : {}) } };
}
