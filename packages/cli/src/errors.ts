import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type CliErrorCode =
  /** The command line does not make sense. */
  | 'cli_usage'
  /** Nothing answers at the brain's address. */
  | 'cli_unreachable'
  /** No token to show to the brain, or one that may not be sent there. */
  | 'cli_no_token'
  /** What answers is not a Baker Street brain of a version this CLI understands. */
  | 'cli_bad_answer'
  /** A local file or program is missing or cannot be used. */
  | 'cli_local_problem';

export function cliError(fields: CodedErrorFields<CliErrorCode>): CodedError<CliErrorCode> {
  return new CodedError(fields);
}

/** A refusal of the brain, as it said it: the code is the brain's own. */
export class ApiRefusal extends CodedError {
  readonly status: number;

  constructor(fields: CodedErrorFields<string> & { readonly status: number }) {
    super(fields);
    this.status = fields.status;
  }
}
