import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type IdentityErrorCode =
  /** The file with the CLI's token cannot be read or written. */
  'cli_token_file';

export function identityError(fields: CodedErrorFields<IdentityErrorCode>): CodedError<IdentityErrorCode> {
  return new CodedError(fields);
}
