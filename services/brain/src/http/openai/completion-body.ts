import type { Usage } from '@bakerst/shared/content';
import { z } from 'zod';
import type { CompletionOutcome } from './completion-outcome.ts';

const ToolCall = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const UsageBody = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int() }),
});

export const ChatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z
      .array(
        z.object({
          index: z.literal(0),
          message: z.object({
            role: z.literal('assistant'),
            content: z.string().nullable(),
            refusal: z.null(),
            tool_calls: z.array(ToolCall).optional(),
          }),
          logprobs: z.null(),
          finish_reason: z.enum(['stop', 'length', 'content_filter', 'tool_calls']),
        }),
      )
      .length(1),
    usage: UsageBody,
    bakerst: z.object({
      conversation: z.string(),
      turn: z.string(),
      approval: z.string().optional(),
      /** The model had read untrusted content when it wrote `tool_calls`: they may be a stranger's wish. */
      untrusted: z.literal(true).optional(),
    }),
  })
  .meta({ id: 'ChatCompletion' });
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/** What every body and chunk of one completion says of itself. */
export interface CompletionHead {
  readonly turn: string;
  readonly conversation: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

export function completionBody(head: CompletionHead, outcome: CompletionOutcome): ChatCompletion {
  const calls = outcome.toolCalls.map(toolCallBody);
  return {
    id: `chatcmpl-${head.turn}`,
    object: 'chat.completion',
    created: head.created,
    model: outcome.model ?? head.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: outcome.text === '' && calls.length > 0 ? null : outcome.text,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: outcome.finishReason,
      },
    ],
    usage: usageBody(outcome.usage),
    bakerst: bakerstBody(head, outcome),
  };
}

/** One line of the stream. `delta` is what this chunk adds. */
export function chunk(
  head: CompletionHead,
  delta: Record<string, unknown>,
  finish: string | null = null,
): string {
  return JSON.stringify({
    id: `chatcmpl-${head.turn}`,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
}

/** The last line, with no choice: where the answer can be found again, and the usage where it was asked for. */
export function closingChunk(head: CompletionHead, outcome: CompletionOutcome, withUsage: boolean): string {
  return JSON.stringify({
    id: `chatcmpl-${head.turn}`,
    object: 'chat.completion.chunk',
    created: head.created,
    model: outcome.model ?? head.model,
    choices: [],
    ...(withUsage ? { usage: usageBody(outcome.usage) } : {}),
    bakerst: bakerstBody(head, outcome),
  });
}

export function toolCallBody(call: CompletionOutcome['toolCalls'][number]): z.infer<typeof ToolCall> {
  return { id: call.call, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function bakerstBody(
  { conversation, turn }: CompletionHead,
  { approval, untrusted }: Pick<CompletionOutcome, 'approval' | 'untrusted'>,
): ChatCompletion['bakerst'] {
  return {
    conversation,
    turn,
    ...(approval !== undefined && { approval }),
    ...(untrusted && { untrusted: true as const }),
  };
}

function usageBody(usage: Usage): z.infer<typeof UsageBody> {
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.outputTokens,
    total_tokens: prompt + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
  };
}
