import { z } from 'zod';

/** What a provider says went wrong, whatever envelope it came in. */
export interface ProviderComplaint {
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

const word = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const fields = z.object({
  message: z.string().optional().catch(undefined),
  type: word,
  code: word,
  /** OpenRouter puts the words of the provider behind it here. */
  metadata: z
    .object({ raw: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
/** `{error: {...}}`, `{error: "..."}` (Ollama), the fields at the top (vLLM), `{detail}` (FastAPI servers). */
const envelope = z.union([
  z.object({ error: fields }).transform((body) => body.error),
  z.object({ error: z.string() }).transform((body) => ({ message: body.error })),
  z
    .object({ object: z.literal('error').optional(), message: z.string(), type: word, code: word })
    .transform((body) => body),
  z.object({ detail: z.unknown() }).transform((body) => ({
    message: typeof body.detail === 'string' ? body.detail : JSON.stringify(body.detail ?? ''),
  })),
]);

/** Undefined where the body is not an error in JSON: a proxy's page, or something else altogether. */
export function parseComplaint(body: unknown): ProviderComplaint | undefined {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return undefined;
  const found: z.infer<typeof fields> = { type: undefined, code: undefined, ...parsed.data };
  const raw = found.metadata?.raw;
  const message = [found.message, raw].filter((text) => text !== undefined && text !== '').join(': ');
  return { message, type: found.type ?? '', code: found.code ?? '' };
}

export function parseComplaintText(text: string): ProviderComplaint | undefined {
  try {
    return parseComplaint(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
