import type { RefusalCode } from './errors.ts';
import type { FormerFailure, ModelChoice } from './model-router.ts';
import { priceRemedy } from './price-remedy.ts';

/** Why a candidate was passed over, in the order of the chain. */
export interface SkippedModel {
  readonly ref: string;
  readonly code: RefusalCode | string;
  readonly reason: string;
  readonly remedy?: string;
}

type Refused = Extract<ModelChoice, { outcome: 'refused' }>;

/** What a person reads when nothing can be called: the last failure leads, every model's reason is named. */
export function refusal(skipped: readonly SkippedModel[], failures: readonly FormerFailure[]): Refused {
  const lastFailed = failures.at(-1)?.model;
  const cause = skipped.find((skip) => skip.ref === lastFailed) ?? skipped[0];
  if (cause === undefined) {
    return {
      outcome: 'refused',
      code: 'no_model_configured',
      message: 'No model is configured.',
      remedy:
        'Set a model for the role agent in the console under Models, or set ANTHROPIC_API_KEY and restart.',
    };
  }
  const reasons = skipped.map((skip) => `${skip.ref}: ${skip.reason}`).join('; ');
  return {
    outcome: 'refused',
    code: cause.code,
    message: `No model can answer. ${reasons}.`,
    remedy: cause.remedy ?? remedyOf(cause.code, cause.ref),
  };
}

/** What to do about a failure whose own remedy is no longer known (it was recorded before a restart). */
export function remedyOf(code: string, ref: string): string {
  switch (code) {
    case 'provider_unauthorized':
      return 'Replace the key of this provider; it is read again at the next call, without a restart.';
    case 'provider_not_configured':
      return `Set a key for the provider of ${ref}, or choose another model.`;
    case 'provider_unknown_model':
      return `Check the name ${ref} with the provider, or choose another model.`;
    case 'provider_context_exceeded':
      return 'Shorten the conversation or choose a model with a larger window.';
    case 'provider_bad_request':
      return 'Choose another model for this conversation; the log has what the provider refused.';
    case 'model_without_price':
      return priceRemedy(ref);
    case 'model_lacks_ability':
      return 'Choose a model that can, or leave out what it cannot take.';
    case 'model_unknown':
      return 'Choose a model from the list under Models.';
    default:
      return 'Try again in a moment, or add another model to the role’s chain as a fallback.';
  }
}
