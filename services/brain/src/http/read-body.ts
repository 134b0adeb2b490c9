import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpError } from './errors.ts';

/** A request's body: from the node server, or from the `Request` of a test. */
export interface BodySource {
  readonly declaredLength: string | undefined;
  readonly incoming: IncomingMessage | undefined;
  readonly outgoing: ServerResponse | undefined;
  readonly web: () => ReadableStream<Uint8Array> | null;
}

/**
 * The whole body, at most `limit` bytes. A declared length above it is refused before one byte is read; a chunked
 * body is cut off at the limit. What the client still sends is dropped by the server, for half a second at most.
 */
export async function readBody(source: BodySource, limit: number): Promise<Uint8Array> {
  const declared = source.declaredLength === undefined ? undefined : Number(source.declaredLength);
  if (declared !== undefined && !(declared <= limit)) throw tooLarge(limit);
  if (source.incoming) return readIncoming(source.incoming, source.outgoing, limit);
  const stream = source.web();
  return stream ? readStream(stream, limit) : new Uint8Array();
}

function readIncoming(
  incoming: IncomingMessage,
  outgoing: ServerResponse | undefined,
  limit: number,
): Promise<Uint8Array> {
  // The server leaves `Expect: 100-continue` to us, so that a refused upload is never sent at all.
  if (incoming.headers.expect !== undefined) outgoing?.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (finish: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        incoming.pause();
        settle(() => reject(tooLarge(limit)));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    const onGone = (): void =>
      settle(() =>
        reject(
          httpError({
            code: 'body_incomplete',
            message: 'The connection closed before the whole request had arrived.',
            remedy: 'Send the request again.',
            retryable: true,
          }),
        ),
      );
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    if (incoming.destroyed && !incoming.readableEnded) onGone();
  });
}

async function readStream(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(limit: number): Error {
  return httpError({
    code: 'body_too_large',
    message: `The request body is larger than ${limit} bytes.`,
    remedy:
      'Send less at once, or raise limits.messageBytes or limits.attachmentBytes in the configuration file.',
  });
}
