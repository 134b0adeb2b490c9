import type { ProviderErrorCode } from '@bakerst/shared/models';
import { isContextExceeded } from './context-exceeded.ts';
import type { ProviderComplaint } from './error-body.ts';
import { ProviderError } from './errors.ts';

export interface Refusal {
  readonly provider: string;
  readonly model?: string;
  /** What an operator sets to supply the credential. */
  readonly credentialHint: string;
  /** Absent for an error in mid-stream. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Already redacted; absent where the body is not an error in JSON. */
  readonly complaint: ProviderComplaint | undefined;
  /** Redacted beginning of the body, for people. */
  readonly excerpt?: string;
}

const MESSAGE_CHARS = 500;
const OUT_OF_MONEY = /insufficient_quota|credit balance|billing|insufficient credits|payment/i;
const UNKNOWN_MODEL =
  /model_not_found|not a valid model|model .{0,120}(does not exist|not found|is not available)|unknown model|invalid model/i;

/** A reply that is an error, or an error in mid-stream, as one of our codes with a remedy. */
export function refusalError(refusal: Refusal): ProviderError {
  const code = codeOf(refusal);
  const said = (refusal.complaint?.message || refusal.excerpt || 'no reason given').slice(0, MESSAGE_CHARS);
  const status = refusal.status === undefined ? 'in mid-stream' : `with ${refusal.status}`;
  const broke = isOutOfMoney(refusal);
  return new ProviderError({
    code,
    message: `${refusal.provider} refused the call ${status}: ${said}`,
    remedy: broke ? `Add credit or raise the limit at ${refusal.provider}.` : remedyOf(code, refusal),
    retryable: (code === 'provider_rate_limited' || code === 'provider_overloaded') && !broke,
    status: refusal.status,
    retryAfterMs: refusal.retryAfterMs,
  });
}

function codeOf(refusal: Refusal): ProviderErrorCode {
  const { complaint, status } = refusal;
  const words = `${complaint?.type ?? ''} ${complaint?.code ?? ''} ${complaint?.message ?? ''}`;
  if (status !== 429 && isContextExceeded(words)) return 'provider_context_exceeded';
  if (status !== undefined && status !== 200) return codeOfStatus(status, words, complaint !== undefined);
  return codeOfType(complaint, words);
}

function codeOfStatus(status: number, words: string, isJson: boolean): ProviderErrorCode {
  if (status === 401 || status === 403) return 'provider_unauthorized';
  if (status === 429) return 'provider_rate_limited';
  if (status === 413) return 'provider_context_exceeded';
  // A page that is not found is a wrong base URL; an error in JSON speaks of the model.
  if (status === 404) return isJson ? 'provider_unknown_model' : 'provider_bad_request';
  if (status >= 500 || status === 408) return 'provider_overloaded';
  return UNKNOWN_MODEL.test(words) ? 'provider_unknown_model' : 'provider_bad_request';
}

/** In mid-stream there is no status: Anthropic sends its type, others the status they would have had as a code. */
function codeOfType(complaint: ProviderComplaint | undefined, words: string): ProviderErrorCode {
  const asStatus = Number(complaint?.code);
  if (Number.isInteger(asStatus) && asStatus >= 400 && asStatus < 600)
    return codeOfStatus(asStatus, words, true);
  if (/authentication|permission|unauthorized|invalid_api_key/i.test(words)) return 'provider_unauthorized';
  if (/rate_limit|too many requests/i.test(words)) return 'provider_rate_limited';
  if (UNKNOWN_MODEL.test(words) || complaint?.type === 'not_found_error') return 'provider_unknown_model';
  if (/invalid_request|bad_request|BadRequest/i.test(words)) return 'provider_bad_request';
  return 'provider_overloaded';
}

function isOutOfMoney(refusal: Refusal): boolean {
  const { complaint, status } = refusal;
  const words = `${complaint?.type ?? ''} ${complaint?.code ?? ''} ${complaint?.message ?? ''}`;
  return status === 402 || (status !== 401 && OUT_OF_MONEY.test(words) && (status ?? 429) < 500);
}

function remedyOf(code: ProviderErrorCode, refusal: Refusal): string {
  switch (code) {
    case 'provider_unauthorized':
      return `Check ${refusal.credentialHint}: the key may be wrong, expired, or lack the right to this model.`;
    case 'provider_rate_limited':
      return 'Wait and try again, or add another model to the fallback chain.';
    case 'provider_overloaded':
      return 'Try again later, or add another model to the fallback chain.';
    case 'provider_context_exceeded':
      return 'Shorten the conversation or the message, or set `contextWindow` of the model to what it really takes.';
    case 'provider_unknown_model':
      return `Choose a model that ${refusal.provider} offers; ${refusal.model ?? 'this one'} is not among them.`;
    default:
      return redirectRemedy(refusal.status) ?? 'Read what the provider says; check the model and `baseUrl`.';
  }
}

function redirectRemedy(status: number | undefined): string | undefined {
  return status !== undefined && status >= 300 && status < 400
    ? 'Set `baseUrl` to the final address: redirects are not followed, so that no key goes to another host.'
    : undefined;
}
