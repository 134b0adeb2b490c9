/** Port of every limit on how often something may happen. An implementation must not throw. */
export interface RateLimiter {
  readonly policy: RatePolicy;
  /** Counts one event of `key` and says whether it is within the limit. */
  take(key: string): RateDecision;
  /** Whether one more event would be within the limit, counting nothing. */
  peek(key: string): RateDecision;
}

export interface RatePolicy {
  readonly name: string;
  /** Events allowed in any window, all of which may come at once. */
  readonly quota: number;
  readonly windowMs: number;
}

export interface RateDecision {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the whole quota is there again. */
  readonly resetMs: number;
  /** Until one more event is allowed; 0 where it is. */
  readonly retryAfterMs: number;
}

export interface GcraOptions {
  readonly policy: RatePolicy;
  readonly now: () => number;
  /** Keys remembered at most. When all are in use, strangers share one: memory is bounded, no limit gets looser. */
  readonly maxKeys?: number;
}

const OVERFLOW_KEY = '\u0000overflow';

/**
 * The generic cell rate algorithm: one number a key, the time at which its allowance is full again.
 * https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export function createGcraLimiter(options: GcraOptions): RateLimiter {
  const { policy, now } = options;
  const maxKeys = options.maxKeys ?? 20_000;
  const intervalMs = policy.windowMs / policy.quota;
  const fullAt = new Map<string, number>();
  let sweptAt = 0;

  const forgetIdle = (at: number): void => {
    // A full sweep at most once a second: a flood of new keys must not buy one sweep each.
    if (at - sweptAt < 1_000) return;
    sweptAt = at;
    for (const [key, time] of fullAt) if (time <= at) fullAt.delete(key);
  };
  const slotOf = (key: string, at: number): string => {
    if (fullAt.has(key) || fullAt.size < maxKeys) return key;
    forgetIdle(at);
    return fullAt.size < maxKeys ? key : OVERFLOW_KEY;
  };
  const decide = (key: string, count: boolean): RateDecision => {
    const at = now();
    const slot = slotOf(key, at);
    const base = Math.max(fullAt.get(slot) ?? at, at);
    const next = base + intervalMs;
    const allowed = next - at <= policy.windowMs + 1e-6;
    if (allowed && count) fullAt.set(slot, next);
    const used = (allowed && count ? next : base) - at;
    return {
      allowed,
      remaining: Math.max(0, Math.floor((policy.windowMs - used) / intervalMs + 1e-6)),
      resetMs: used,
      retryAfterMs: allowed ? 0 : next - at - policy.windowMs,
    };
  };
  return { policy, take: (key) => decide(key, true), peek: (key) => decide(key, false) };
}

/** `RateLimit` fields, draft-ietf-httpapi-ratelimit-headers-10, and `Retry-After` where it was refused. */
export function rateHeaders(policy: RatePolicy, decision: RateDecision): Record<string, string> {
  const headers: Record<string, string> = {
    'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${Math.ceil(policy.windowMs / 1_000)}`,
    ratelimit: `"${policy.name}";r=${decision.remaining};t=${Math.ceil(decision.resetMs / 1_000)}`,
  };
  if (!decision.allowed)
    headers['retry-after'] = String(Math.max(1, Math.ceil(decision.retryAfterMs / 1_000)));
  return headers;
}
