import { z } from 'zod';

const counted = { promptTokens: z.int(), contextTokens: z.int() };

/** Lines that the server of the small model prints, one JSON object each. */
export const ServerLogEntry = z.discriminatedUnion('event', [
  z.object({ event: z.literal('listening'), port: z.int() }),
  z.object({
    event: z.literal('answered'),
    ...counted,
    cachedTokens: z.int(),
    completionTokens: z.int(),
    finishReason: z.enum(['stop', 'length']),
  }),
  /** The prompt was too long. */
  z.object({ event: z.literal('refused'), ...counted }),
  /** The client hung up. */
  z.object({ event: z.literal('stopped'), ...counted }),
]);
export type ServerLogEntry = z.infer<typeof ServerLogEntry>;
