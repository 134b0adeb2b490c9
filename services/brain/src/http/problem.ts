import type { Problem } from '@bakerst/shared/api/problem';
import { CodedError } from '@bakerst/shared/coded-error';
import { statusOfCode } from './error-statuses.ts';
import { HttpError, type HttpErrorCode } from './errors.ts';

/** The status an error is answered with: the one place that decides it. */
export function statusOf(error: unknown): number {
  if (!(error instanceof CodedError)) return 500;
  const known = statusOfCode(error.code);
  if (known !== undefined) return known;
  return error.retryable ? 503 : 500;
}

/** What the client reads. An error without a code is a defect: its text stays in the log. */
export function problemOf(error: unknown, request: string): Problem {
  const status = statusOf(error);
  if (!(error instanceof CodedError)) {
    return {
      type: 'about:blank',
      title: titleOf(status),
      status,
      code: 'internal' satisfies HttpErrorCode,
      detail: 'Something went wrong inside Baker Street.',
      remedy: `Try again; if it stays, look for the request ${request} in the log.`,
      request,
    };
  }
  const fields = error instanceof HttpError ? error.fields : undefined;
  return {
    type: 'about:blank',
    title: titleOf(status),
    status,
    code: error.code,
    detail: error.message,
    remedy: error.remedy,
    ...(fields ? { errors: [...fields] } : {}),
    request,
  };
}

function titleOf(status: number): string {
  return TITLES[status] ?? 'Error';
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  402: 'Over budget',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Not acceptable as it stands',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'The answer failed',
  503: 'Not available now',
  504: 'Took too long',
  507: 'Out of space',
};
