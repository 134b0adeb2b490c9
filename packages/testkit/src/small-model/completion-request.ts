import { z } from 'zod';
import type { ChatMessage } from './language-model.ts';

const text = z.object({ type: z.literal('text'), text: z.string() });
const content = z
  .union([z.string(), z.array(text)])
  .transform((value) => (typeof value === 'string' ? value : value.map((part) => part.text).join('\n\n')));

const message = z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content }).transform(
  ({ role, content: words }): ChatMessage => ({
    role: role === 'developer' ? 'system' : role,
    content: words,
  }),
);

/** What this server understands of `POST /v1/chat/completions`. What would change the answer and is not here is refused. */
export const CompletionRequest = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  tools: z.array(z.unknown()).max(0, 'this model cannot call tools').nullish(),
  n: z.literal(1).nullish(),
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;
