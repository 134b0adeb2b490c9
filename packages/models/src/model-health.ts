import { CodedError } from '@bakerst/shared/coded-error';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import { isFatal, isRetryable } from './retry-policy.ts';

/** The last thing that went wrong with a model, for people. */
export interface LastFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What the router remembers of one model while the process lives. Nothing of it is needed after a restart. */
export interface ModelHealthRecord {
  readonly breaker: CircuitBreaker;
  lastFailure: LastFailure | undefined;
  /** The provider asked not to be called before this; epoch milliseconds. */
  notBefore: number;
}

/** A Retry-After beyond this is not believed: somebody may raise the quota meanwhile, and only a call can tell. */
const RETRY_AFTER_MAX_MS = 300_000;

export function createHealthRecord(now: () => number): ModelHealthRecord {
  return { breaker: createCircuitBreaker(now), lastFailure: undefined, notBefore: 0 };
}

export function noteSuccess(record: ModelHealthRecord): void {
  record.breaker.succeeded();
  record.lastFailure = undefined;
  record.notBefore = 0;
}

/** Feeds one failed call into the record. Errors that are not coded are ours, not the provider's. */
export function noteFailure(record: ModelHealthRecord, error: unknown, now: number): void {
  if (!(error instanceof CodedError)) {
    record.breaker.abandoned();
    return;
  }
  if (isFatal(error.code)) {
    // The provider answered and knows us: only the prompt was wrong.
    record.breaker.succeeded();
    return;
  }
  record.lastFailure = { code: error.code, message: error.message, remedy: error.remedy };
  const retryAfter = retryAfterOf(error);
  if (retryAfter > 0) record.notBefore = now + Math.min(retryAfter, RETRY_AFTER_MAX_MS);
  record.breaker.failed(kindOf(error.code));
}

function kindOf(code: string): 'transient' | 'credential' | 'missing' {
  if (code === 'provider_unauthorized' || code === 'provider_not_configured') return 'credential';
  return isRetryable(code) ? 'transient' : 'missing';
}

function retryAfterOf(error: object): number {
  const value: unknown = 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
