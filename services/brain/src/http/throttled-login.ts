import { httpError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { rateHeaders } from './rate-limiter.ts';

/** @throws HttpError `login_throttled` where too many secrets of this address were wrong. */
export function requireLoginRoom({ edge }: Exchange, key: string): void {
  const before = edge.failedLogins.peek(key);
  if (before.allowed) return;
  throw httpError({
    code: 'login_throttled',
    message: 'Too many logins from this address failed.',
    remedy: 'Wait as long as Retry-After says. Sessions and tokens that are valid go on working.',
    retryable: true,
    headers: rateHeaders(edge.failedLogins.policy, before),
  });
}

/** Counts a wrong secret of this address and records it. */
export async function countFailedLogin(
  { parts, edge }: Exchange,
  key: string,
  by: 'code' | 'token' | 'proof',
): Promise<void> {
  edge.failedLogins.take(key);
  await parts.store.enqueueOutbox([
    parts.auditEvent({
      type: 'auth.login_failed',
      actor: 'anonymous',
      onBehalfOf: 'anonymous',
      body: { by, address: key },
    }),
  ]);
}
