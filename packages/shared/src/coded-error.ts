/** What every error we raise carries; also what `application/problem+json` is made from. */
export interface CodedErrorFields<Code extends string> {
  /** From the closed union of the package that raises it; branch on this, never on the message. */
  readonly code: Code;
  /** What happened, with the values. Never a secret. */
  readonly message: string;
  /** What the reader should do now. */
  readonly remedy: string;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The one error type of the project. Each package narrows `Code` in its own `errors.ts`. */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly remedy: string;
  readonly retryable: boolean;

  constructor(fields: CodedErrorFields<Code>) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'CodedError';
    this.code = fields.code;
    this.remedy = fields.remedy;
    this.retryable = fields.retryable ?? false;
  }
}

export function isCoded<Code extends string>(error: unknown, code: Code): error is CodedError<Code> {
  return error instanceof CodedError && error.code === code;
}
