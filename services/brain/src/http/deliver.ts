import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { httpError } from './errors.ts';
import { type EventStreamOptions, serveEvents } from './event-stream.ts';
import type { Answer, Headers, NodeBindings } from './exchange.ts';

/** On every answer of the API: nothing it says may be run, framed, cached or sniffed. */
export const API_HEADERS: Headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

export interface Delivery {
  readonly bindings: NodeBindings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly method: string;
  /** Headers of the pipeline; the answer's own win. */
  readonly headers: Headers;
}

/**
 * Puts an answer on the wire. Under the node server it is written to the raw response, which saves the copies through
 * web streams; under `app.request()` it becomes a `Response`.
 */
export async function deliver(answer: Answer, to: Delivery): Promise<Response> {
  if (answer.kind === 'events') return deliverEvents(answer, to);
  const headers: Record<string, string> = { ...API_HEADERS, ...to.headers, ...answer.headers };
  let body: Uint8Array | string | null;
  if (answer.kind === 'json') {
    body = JSON.stringify(answer.body);
    headers['content-type'] ??= 'application/json; charset=utf-8';
  } else {
    body = answer.body;
  }
  const { outgoing } = to.bindings;
  if (!outgoing)
    return new Response(to.method === 'HEAD' ? null : webBody(body), { status: answer.status, headers });
  write(outgoing, answer.status, { headers, body });
  return RESPONSE_ALREADY_SENT;
}

function write(
  outgoing: ServerResponse,
  status: number,
  content: { headers: Record<string, string>; body: Uint8Array | string | null },
): void {
  const { headers, body } = content;
  // The client hung up, or the answer had begun as a stream before it failed.
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.end();
    return;
  }
  if (body !== null) headers['content-length'] ??= String(Buffer.byteLength(body));
  outgoing.writeHead(status, headers);
  outgoing.end(body ?? undefined);
}

async function deliverEvents(answer: Extract<Answer, { kind: 'events' }>, to: Delivery): Promise<Response> {
  const { outgoing, closing } = to.bindings;
  const { slot } = answer;
  try {
    if (!outgoing) throw needsServer();
    const ends =
      slot.holder.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(slot.holder.expiresAt);
    const options: EventStreamOptions = {
      headers: { ...API_HEADERS, ...to.headers, ...answer.headers },
      endedBy: closing ? [closing, slot.revoked] : [slot.revoked],
      stillAllowed: () => to.now() < ends,
    };
    if (to.method === 'HEAD') outgoing.writeHead(200, options.headers).end();
    else await serveEvents(outgoing, options, answer.run);
  } finally {
    slot.leave();
  }
  return RESPONSE_ALREADY_SENT;
}

function needsServer(): Error {
  return httpError({
    code: 'stream_unavailable',
    message: 'Event streams are only served by the node server.',
    remedy: 'Start the app with `listen` and connect over HTTP.',
  });
}

function webBody(body: Uint8Array | string | null): string | null | Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array ? new Uint8Array(body) : body;
}
