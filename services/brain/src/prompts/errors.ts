import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type PromptsErrorCode =
  /** A prompt file is missing, empty or too large. */
  'prompt_file_unreadable';

export function promptsError(fields: CodedErrorFields<PromptsErrorCode>): CodedError<PromptsErrorCode> {
  return new CodedError(fields);
}
