import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

/** What a launcher can refuse or fail with. */
export type TaskExecutorErrorCode =
  /** No sandbox can be started on this machine; the remedy says what is missing. */
  | 'sandbox_unavailable'
  /** A declared path, or the program itself, lies where no sandbox may look. */
  | 'sandbox_path_forbidden'
  /** The program was not found, a declared path does not exist, or the start itself went wrong. */
  | 'sandbox_start_failed';

export function taskExecutorError(
  fields: CodedErrorFields<TaskExecutorErrorCode>,
): CodedError<TaskExecutorErrorCode> {
  return new CodedError(fields);
}
