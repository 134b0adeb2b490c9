import { type ClientAddress, createClientAddress } from './client-address.ts';
import { openApiDocument } from './openapi.ts';
import type { AppParts } from './parts.ts';
import { createGcraLimiter, type RateLimiter } from './rate-limiter.ts';
import type { Route } from './route.ts';
import { createHostCheck, type HostCheck } from './site-check.ts';
import { createStreamSlots, type StreamSlots } from './stream-slots.ts';

/** What the edge keeps between requests; one per app, bounded in memory. */
export interface Edge {
  readonly checkHost: HostCheck;
  readonly clientAddress: ClientAddress;
  /** Requests of one credential. */
  readonly perCredential: RateLimiter;
  /** Requests of one address that brought no valid credential. */
  readonly perAddress: RateLimiter;
  /** Wrong tokens and sessions of one address. */
  readonly wrongCredentials: RateLimiter;
  /** Failed logins of one address. */
  readonly failedLogins: RateLimiter;
  readonly streams: StreamSlots;
  /** The OpenAPI document, made when it is first asked for. */
  readonly document: () => Record<string, unknown>;
}

const MINUTE_MS = 60_000;
const STREAMS_PER_PRINCIPAL = 512;

export function createEdge(
  parts: Pick<AppParts, 'settings' | 'now' | 'version'>,
  routes: readonly Route[],
): Edge {
  const { server, limits } = parts.settings;
  let document: Record<string, unknown> | undefined;
  const limiter = (name: string, quota: number): RateLimiter =>
    createGcraLimiter({ policy: { name, quota, windowMs: MINUTE_MS }, now: parts.now });
  return {
    checkHost: createHostCheck(server.host, server.allowedHosts),
    clientAddress: createClientAddress(server.trustedProxies),
    perCredential: limiter('credential', limits.requestsPerMinute),
    perAddress: limiter('address', limits.requestsPerMinute),
    wrongCredentials: limiter('wrong-credentials', limits.failedLoginsPerMinute),
    failedLogins: limiter('failed-logins', limits.failedLoginsPerMinute),
    streams: createStreamSlots(STREAMS_PER_PRINCIPAL),
    document: () => {
      document ??= openApiDocument(routes, parts.version);
      return document;
    },
  };
}
