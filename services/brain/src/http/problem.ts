import type { Problem } from '@bakerst/shared/api/problem';
import { CodedError } from '@bakerst/shared/coded-error';
import { HttpError, type HttpErrorCode } from './errors.ts';

const EDGE_STATUS: Readonly<Record<HttpErrorCode, number>> = {
  unauthenticated: 401,
  credential_invalid: 401,
  credential_expired: 401,
  credential_revoked: 401,
  scope_missing: 403,
  scope_not_held: 403,
  login_failed: 401,
  login_throttled: 429,
  rate_limited: 429,
  too_many_streams: 429,
  host_refused: 421,
  origin_refused: 403,
  route_not_found: 404,
  method_not_allowed: 405,
  not_found: 404,
  request_malformed: 400,
  body_missing: 400,
  body_too_large: 413,
  body_incomplete: 400,
  media_type_refused: 415,
  malformed_json: 400,
  invalid_request: 400,
  unsupported_parameter: 400,
  attachment_type_refused: 415,
  turn_failed: 502,
  stream_unavailable: 500,
  brain_not_ready: 503,
  internal: 500,
  port_in_use: 500,
  address_unavailable: 500,
  trusted_proxy_invalid: 500,
};

/** Statuses of codes that other rooms raise and that a client can meet. */
const OTHER_STATUS: Readonly<Record<string, number>> = {
  store_not_found: 404,
  store_conflict: 409,
  store_fenced: 409,
  store_idempotency_mismatch: 422,
  store_misuse: 500,
  store_full: 507,
  store_busy: 503,
  store_closed: 503,
  no_model_configured: 409,
  model_unknown: 422,
  model_lacks_ability: 422,
  model_without_price: 422,
  config_invalid: 422,
  runtime_config_refused: 422,
  message_too_long: 413,
  budget_exceeded: 402,
  approval_not_open: 409,
  approval_digest_mismatch: 409,
  attachment_not_found: 404,
  brain_stopping: 503,
};

/** The status an error is answered with: the one place that decides it. */
export function statusOf(error: unknown): number {
  if (!(error instanceof CodedError)) return 500;
  const known = statusOfCode(error.code);
  if (known !== undefined) return known;
  return error.retryable ? 503 : 500;
}

function statusOfCode(code: string): number | undefined {
  if (Object.hasOwn(EDGE_STATUS, code)) return EDGE_STATUS[code as HttpErrorCode];
  return Object.hasOwn(OTHER_STATUS, code) ? OTHER_STATUS[code] : undefined;
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
  507: 'Out of space',
};
