export interface BackoffOptions {
  readonly firstMs: number;
  readonly capMs: number;
  /** A server that lived this long starts again at the first delay. */
  readonly healthyAfterMs: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = { firstMs: 500, capMs: 60_000, healthyAfterMs: 60_000 };

/** Delay before start number `attempt` (from 1) in a row of failures: doubling, capped, half of it by chance. */
export function backoffDelay(options: BackoffOptions, attempt: number, random: number): number {
  const full = Math.min(options.capMs, options.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
