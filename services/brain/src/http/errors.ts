import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

/** Codes the HTTP edge raises by itself; `problem.ts` gives each its status. */
export type HttpErrorCode =
  /** No credential was sent. */
  | 'unauthenticated'
  /** The token or session is not known here. */
  | 'credential_invalid'
  | 'credential_expired'
  | 'credential_revoked'
  /** The credential lacks the scope that the operation needs. */
  | 'scope_missing'
  /** A token was asked for with scopes that its maker does not hold. */
  | 'scope_not_held'
  /** This needs somebody who signed in just now. */
  | 'fresh_login_required'
  /** The login code or token was wrong, used, expired or revoked. */
  | 'login_failed'
  /** Too many failed logins or wrong tokens from this address. */
  | 'login_throttled'
  | 'rate_limited'
  /** One principal holds too many open event streams. */
  | 'too_many_streams'
  /** The Host header names a server that this is not. */
  | 'host_refused'
  /** The request comes from another site's page, or a browser session did not say where it comes from. */
  | 'origin_refused'
  | 'route_not_found'
  | 'method_not_allowed'
  /** No such thing for this caller. */
  | 'not_found'
  /** The bytes are not an HTTP request. */
  | 'request_malformed'
  | 'body_missing'
  | 'body_too_large'
  /** The client hung up before its request was complete. */
  | 'body_incomplete'
  | 'media_type_refused'
  | 'malformed_json'
  /** The request does not match its schema; `errors` names the fields. */
  | 'invalid_request'
  /** The OpenAI-compatible API knows this parameter but does not offer it. */
  | 'unsupported_parameter'
  /** Attachments of this kind are not taken. */
  | 'attachment_type_refused'
  /** The turn that answers this completion failed, and said no more. */
  | 'turn_failed'
  /** Event streams need the node server below this app. */
  | 'stream_unavailable'
  | 'brain_not_ready'
  /** A defect of ours; the log has it under the request id. */
  | 'internal'
  /** At start: the port is taken. */
  | 'port_in_use'
  /** At start: the address cannot be bound. */
  | 'address_unavailable'
  /** At start: an entry of `server.trustedProxies` is neither an address nor a network. */
  | 'trusted_proxy_invalid';

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An error of the edge, with what its answer carries besides code and text. */
export class HttpError extends CodedError<HttpErrorCode> {
  readonly fields: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    fields: CodedErrorFields<HttpErrorCode> & {
      readonly fields?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(fields);
    this.fields = fields.fields;
    this.headers = fields.headers;
  }
}

export function httpError(fields: ConstructorParameters<typeof HttpError>[0]): HttpError {
  return new HttpError(fields);
}
