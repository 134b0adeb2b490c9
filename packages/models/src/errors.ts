import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';
import type { ProviderErrorCode } from '@bakerst/shared/models';

/** Why a model is not called. The last provider failure keeps its own code. */
export type ModelsErrorCode =
  /** The role has no model at all. */
  | 'no_model_configured'
  /** The name is in no table, no catalog and not discovered. */
  | 'model_unknown'
  /** The model cannot take what the prompt holds: tools, an image, a PDF. */
  | 'model_lacks_ability'
  /** What a call would cost is not known, so it cannot be bounded. */
  | 'model_without_price';

/** What a refused choice may carry. */
export type RefusalCode = ModelsErrorCode | ProviderErrorCode;

export function modelsError(fields: CodedErrorFields<RefusalCode>): CodedError<RefusalCode> {
  return new CodedError(fields);
}
