import { z } from 'zod';
import { httpError } from '../errors.ts';
import { json } from '../exchange.ts';
import type { AppParts } from '../parts.ts';
import { type BodyLimits, type Route, route } from '../route.ts';
import { AGENT_MODEL, COMPLETIONS_PATH, completeChat } from './chat-completions.ts';
import { ChatCompletion } from './completion-body.ts';
import { ChatCompletionRequest } from './completion-request.ts';

const OpenAiModel = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })
  .meta({ id: 'OpenAiModel' });
const OpenAiModelList = z
  .object({ object: z.literal('list'), data: z.array(OpenAiModel) })
  .meta({ id: 'OpenAiModelList' });

/** Text and files travel in one body here, files as base64. */
const completionLimit = (limits: BodyLimits): number =>
  Math.min(limits.messageBytes + Math.ceil((limits.attachmentBytes * 4) / 3), 48 * 1_048_576);

export const openAiRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: COMPLETIONS_PATH,
    id: 'createChatCompletion',
    tag: 'openai',
    access: 'chat',
    summary: 'Talk to the agent with any OpenAI client',
    description:
      'A completion is a turn: durable once accepted, not stopped by hanging up. The last user message is the ' +
      "user's words where the credential holds `speaks-for-user`; everything else is untrusted context. Own tools " +
      'of the agent run here; the `tools` of the request come back as `tool_calls`. Without the header ' +
      '`Bakerst-Conversation` the turn gets a hidden conversation of its own. A turn that waits for a person ends ' +
      'with a sentence that says so and `bakerst.approval`. Sampling parameters are ignored; what would change the ' +
      'shape of the answer and is not offered is refused.',
    headers: {
      'Bakerst-Conversation': 'Continues this stored conversation; only what is new is added to it.',
      'Idempotency-Key': 'Makes a retried request the same turn for 7 days.',
    },
    body: { schema: ChatCompletionRequest, limit: completionLimit },
    answers: { 200: { description: 'The completion, or its chunks as a stream', schema: ChatCompletion } },
    errors: ['unsupported_parameter', 'not_found', 'model_unknown', 'turn_failed', 'attachment_type_refused'],
    handle: completeChat,
  }),
  route({
    method: 'GET',
    path: '/v1/models',
    id: 'listOpenAiModels',
    tag: 'openai',
    access: 'chat',
    summary: 'Models an OpenAI client can name; `bakerst` is the agent as configured',
    answers: { 200: { description: 'Models', schema: OpenAiModelList } },
    handle: async ({ parts }) => json(200, { object: 'list', data: await openAiModels(parts) }),
  }),
  route({
    method: 'GET',
    path: '/v1/models/:id',
    id: 'readOpenAiModel',
    tag: 'openai',
    access: 'chat',
    summary: 'One model, its name percent-encoded',
    answers: { 200: { description: 'The model', schema: OpenAiModel } },
    errors: ['not_found'],
    handle: async ({ parts, param }) => {
      const model = (await openAiModels(parts)).find(({ id }) => id === param('id'));
      if (model) return json(200, model);
      throw httpError({
        code: 'not_found',
        message: 'There is no such model here.',
        remedy: 'GET /v1/models lists those there are.',
      });
    },
  }),
];

async function openAiModels(parts: AppParts): Promise<z.infer<typeof OpenAiModel>[]> {
  const { items } = await parts.models.list();
  const agent = { id: AGENT_MODEL, object: 'model' as const, created: 0, owned_by: 'bakerst' };
  return [
    agent,
    ...items.map(({ ref, provider }) => ({
      id: ref,
      object: 'model' as const,
      created: 0,
      owned_by: provider,
    })),
  ];
}
