import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { Edge } from './edge.ts';
import type { EventStream } from './event-stream.ts';
import type { AppParts } from './parts.ts';
import type { StreamSlot } from './stream-slots.ts';

/** What the node server hands to the app with each request; absent in `app.request()`. */
export interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
  /** Aborted when the server begins to stop: whatever waits answers now. */
  readonly closing?: AbortSignal;
}

/** One request, authenticated, on its way through a handler. */
export interface Exchange<Query = unknown, Body = unknown> {
  readonly parts: AppParts;
  readonly edge: Edge;
  readonly request: string;
  readonly method: string;
  readonly clientAddress: string;
  /** The name and port the client called us by; checked. */
  readonly host: string;
  /** True where a trusted proxy says that the client speaks TLS with it. */
  readonly secure: boolean;
  readonly query: Query;
  readonly body: Body;
  readonly header: (name: string) => string | undefined;
  readonly param: (name: string) => string;
  /** The raw body, for handlers that take something else than JSON. @throws HttpError `body_too_large` */
  readonly readBytes: (limit: number) => Promise<Uint8Array>;
  /** Aborted when the client hung up or the server stops. */
  readonly leaving: () => AbortSignal;
}

/** An exchange behind the authentication. */
export interface AuthedExchange<Query = unknown, Body = unknown> extends Exchange<Query, Body> {
  readonly access: Access;
  readonly credential: CredentialRecord;
}

export type Headers = Readonly<Record<string, string>>;

/** What a handler answers with: data, put on the wire by `deliver.ts`. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers?: Headers }
  | {
      readonly kind: 'bytes';
      readonly status: number;
      readonly body: Uint8Array | string | null;
      readonly headers?: Headers;
    }
  | {
      readonly kind: 'events';
      /** Given back when the stream has ended. */
      readonly slot: StreamSlot;
      readonly headers?: Headers;
      /** Writes until it is done or the stream's signal aborts. */
      readonly run: (stream: EventStream) => Promise<void>;
    };

export function json(status: number, body: unknown, headers?: Headers): Answer {
  return headers ? { kind: 'json', status, body, headers } : { kind: 'json', status, body };
}

export function noContent(headers?: Headers): Answer {
  return { kind: 'bytes', status: 204, body: null, ...(headers ? { headers } : {}) };
}
