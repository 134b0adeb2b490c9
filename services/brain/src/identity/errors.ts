import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type IdentityErrorCode =
  /** The file with the CLI's token cannot be read or written. */
  | 'cli_token_file'
  /** Somebody of that name is here already. */
  | 'person_exists'
  /** A person's name says nothing, or hides something. */
  | 'person_name_invalid'
  /** No such person, or one whose tokens others do not manage. */
  | 'person_unknown';

export function identityError(fields: CodedErrorFields<IdentityErrorCode>): CodedError<IdentityErrorCode> {
  return new CodedError(fields);
}
