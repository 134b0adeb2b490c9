import { ProviderError } from './errors.ts';
import type { HttpReply } from './http-exchange.ts';

const ERROR_BODY_CHARS = 65_536;
const JSON_BODY_BYTES = 16_777_216;

/** The beginning of an error body; the connection is closed where there is more. */
export async function readReplyText(reply: HttpReply): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of reply.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= ERROR_BODY_CHARS) break;
    }
  } catch (error) {
    // The status says more than how its explanation was cut off.
    if (!(error instanceof ProviderError)) throw error;
  }
  reply.abort();
  return text.slice(0, ERROR_BODY_CHARS);
}

/** @throws ProviderError `provider_malformed` */
export async function readJsonReply(reply: HttpReply, provider: string): Promise<unknown> {
  const { text, whole } = await read(reply, JSON_BODY_BYTES);
  try {
    if (whole) return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProviderError({
    code: 'provider_malformed',
    message: `${provider} answered with something that is not ${whole ? 'JSON' : 'of a sensible size'}.`,
    remedy: 'Check `baseUrl` of the provider: another program or a proxy answers there.',
    status: reply.status,
  });
}

async function read(reply: HttpReply, limit: number): Promise<{ text: string; whole: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply.chunks()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= limit) continue;
    reply.abort();
    return { text: Buffer.concat(chunks).toString('utf8', 0, limit), whole: false };
  }
  return { text: Buffer.concat(chunks).toString('utf8'), whole: true };
}
