import { createParser, type ParseError } from 'eventsource-parser';
import { ProviderError } from './errors.ts';

export interface ReplyLimits {
  /** Characters of one event. */
  readonly eventChars: number;
  /** Bytes of the whole reply. */
  readonly replyBytes: number;
}

export const DEFAULT_REPLY_LIMITS: ReplyLimits = { eventChars: 8_388_608, replyBytes: 67_108_864 };

/**
 * The `data` of every event, one batch per chunk that completed any. A last event without its blank line counts
 * only where it is whole: half an event is a cut stream, not a malformed one.
 */
export async function* serverSentEvents(
  chunks: AsyncIterable<Buffer>,
  limits: ReplyLimits,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let batch: string[] = [];
  let bytes = 0;
  const parser = createParser({
    maxBufferSize: limits.eventChars,
    onEvent: ({ data }) => {
      // The parser's own limit is for what waits; an event can also arrive whole.
      if (data.length > limits.eventChars) throw tooLong('one event', limits.eventChars);
      batch.push(data);
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLong('one event', limits.eventChars);
      const unusual = errorField(error);
      if (unusual !== undefined) batch.push(unusual);
    },
  });
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limits.replyBytes) throw tooLong('the reply', limits.replyBytes);
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (batch.length > 0) {
      const ready = batch;
      batch = [];
      yield ready;
    }
  }
  parser.feed(`${decoder.decode()}\n\n`);
  if (batch.length > 0) yield batch.filter(isWhole);
}

/** llama.cpp's server reports a failure in mid-stream in a field `error` instead of `data`. */
function errorField(error: ParseError): string | undefined {
  return error.type === 'unknown-field' && error.field === 'error' && error.value !== undefined
    ? `{"error":${error.value}}`
    : undefined;
}

function isWhole(data: string): boolean {
  if (data === '[DONE]') return true;
  try {
    JSON.parse(data);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function tooLong(what: string, limit: number): ProviderError {
  return new ProviderError({
    code: 'provider_malformed',
    message: `The provider sent more than ${limit} bytes in ${what}.`,
    remedy: 'Check `baseUrl` of the provider: this is not how a model server answers.',
  });
}
