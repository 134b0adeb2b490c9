import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type StopErrorCode =
  /** No tool or server of that name is known here, so that stopping it would stop nothing. */
  | 'stop_target_unknown'
  /** Everything has no target; everything else needs one. */
  | 'stop_target_invalid'
  /** The reason why a running call was cut off: somebody stopped its tool, server, conversation, or everything. */
  | 'call_stopped';

export function stopError(fields: CodedErrorFields<StopErrorCode>): CodedError<StopErrorCode> {
  return new CodedError(fields);
}
