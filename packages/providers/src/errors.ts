import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';
import type { ModelPart, Usage } from '@bakerst/shared/content';
import type { ProviderErrorCode } from '@bakerst/shared/models';

/** What had arrived before a call failed; it is charged and shown like any other answer. */
export interface PartialAnswer {
  readonly parts: readonly ModelPart[];
  readonly usage: Usage;
  readonly usageSource: 'reported' | 'estimated';
}

export interface ProviderErrorFields extends CodedErrorFields<ProviderErrorCode> {
  /** How long the provider asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status, where there was a reply. */
  readonly status?: number | undefined;
  /** Absent where nothing of an answer had arrived. */
  readonly partial?: PartialAnswer | undefined;
}

/** The one error of this package. Its text never holds a credential: it is redacted before it is made. */
export class ProviderError extends CodedError<ProviderErrorCode> {
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly partial: PartialAnswer | undefined;

  constructor(fields: ProviderErrorFields) {
    super(fields);
    this.name = 'ProviderError';
    this.retryAfterMs = fields.retryAfterMs;
    this.status = fields.status;
    this.partial = fields.partial;
  }

  /** The same failure, with what had arrived until then. */
  withPartial(partial: PartialAnswer | undefined): ProviderError {
    if (partial === undefined) return this;
    const { code, message, remedy, retryable, cause, retryAfterMs, status } = this;
    return new ProviderError({ code, message, remedy, retryable, cause, retryAfterMs, status, partial });
  }
}
