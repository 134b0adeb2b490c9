import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type ConfigurationErrorCode =
  /** The data folder cannot be made or written. */
  | 'home_unusable'
  /** The configuration file cannot be read, or others may write it. */
  | 'config_unreadable'
  /** The configuration file is not JSON, or says a key twice. */
  | 'config_malformed'
  /** A setting has a wrong name or value, wherever it came from. */
  | 'config_invalid'
  /** Runtime configuration asks for something that does not exist or is not allowed to be set there. */
  | 'runtime_config_refused'
  /** No MCP server of that name. */
  | 'mcp_server_unknown'
  /** A secret reference leads nowhere, or to a file that others can read. */
  | 'secret_unavailable';

export function configurationError(
  fields: CodedErrorFields<ConfigurationErrorCode>,
): CodedError<ConfigurationErrorCode> {
  return new CodedError(fields);
}

export function unknownServer(name: string): CodedError<ConfigurationErrorCode> {
  return configurationError({
    code: 'mcp_server_unknown',
    message: `There is no MCP server ${name}.`,
    remedy: 'Look at the list of servers for its name.',
  });
}
