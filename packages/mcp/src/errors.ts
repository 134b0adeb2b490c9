import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type McpErrorCode =
  /** The server could not be reached, or did not complete the handshake. */
  | 'mcp_connection_failed'
  /** The server broke a limit: message size, flood, endless list. It was cut off. */
  | 'mcp_server_misbehaved'
  /** The connection ended while a call was running: it may or may not have had its effect. */
  | 'mcp_outcome_unknown'
  /** The server did not answer a call in time; it was told to cancel. */
  | 'mcp_call_timeout'
  /** The caller gave up; the server was told to cancel. */
  | 'mcp_call_cancelled'
  /** A secret that the server's settings name cannot be read. */
  | 'mcp_secret_unavailable'
  /** `unconfined` was set anywhere but in the configuration file. */
  | 'mcp_unconfined_forbidden'
  /** A server of the runtime configuration is at an address of this machine or network, which only the operator may allow. */
  | 'mcp_address_forbidden'
  /** No server of that name is configured. */
  | 'mcp_unknown_server';

export function mcpError(fields: CodedErrorFields<McpErrorCode>): CodedError<McpErrorCode> {
  return new CodedError(fields);
}

/** One short line about any error, for people. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return error instanceof CodedError ? `${error.message} ${error.remedy}` : `${error.message}${cause}`;
}
