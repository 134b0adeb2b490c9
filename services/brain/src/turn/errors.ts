import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type TurnErrorCode =
  /** The turn made as many model calls as one turn may. */
  | 'turn_model_call_limit'
  /** The turn ran longer than one turn may. */
  | 'turn_deadline'
  /** What must be in the prompt does not fit into the model's window. */
  | 'message_too_long'
  /** The money limit would be passed. */
  | 'budget_exceeded'
  /** Something failed that should not have. */
  | 'turn_internal_error'
  /** The brain is stopping and takes no new turns. */
  | 'brain_stopping';

export function turnError(fields: CodedErrorFields<TurnErrorCode>): CodedError<TurnErrorCode> {
  return new CodedError(fields);
}
