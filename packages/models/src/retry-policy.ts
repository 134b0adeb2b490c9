import type { FormerFailure } from './model-router.ts';

/** Attempts of one call on the same model: the first and two more. */
const MAX_ATTEMPTS = 3;
/** A provider that sends nonsense twice is not going to stop. */
const MAX_MALFORMED = 2;
const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 8_000;

const RETRYABLE: ReadonlySet<string> = new Set([
  'provider_rate_limited',
  'provider_overloaded',
  'provider_unreachable',
  'provider_timeout',
  'provider_malformed',
]);
/** The prompt is at fault: another model would answer the same, and the turn must change the prompt. */
const FATAL: ReadonlySet<string> = new Set(['provider_context_exceeded', 'provider_bad_request']);

export function isRetryable(code: string): boolean {
  return RETRYABLE.has(code);
}

export function isFatal(code: string): boolean {
  return FATAL.has(code);
}

/** Whether this call is done with the model, judged by the call's own failures alone. */
export function isSpent(model: string, failures: readonly FormerFailure[]): boolean {
  const codes = failures.filter((failure) => failure.model === model).map((failure) => failure.code);
  if (codes.some((code) => !isRetryable(code))) return true;
  const malformed = codes.filter((code) => code === 'provider_malformed').length;
  return codes.length >= MAX_ATTEMPTS || malformed >= MAX_MALFORMED;
}

/** Exponential backoff with full jitter: nothing before the first attempt. `random` is in [0, 1). */
export function backoffMs(model: string, failures: readonly FormerFailure[], random: () => number): number {
  const failed = failures.filter((failure) => failure.model === model).length;
  if (failed === 0) return 0;
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failed - 1));
  return Math.floor(random() * ceiling);
}
