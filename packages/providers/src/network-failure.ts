import { ProviderError } from './errors.ts';

const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** The parser's word for a connection that closed in the middle. */
const CLOSED_EARLY = 'HPE_INVALID_EOF_STATE';

/** Translates what undici and the operating system say into this package's codes. Never quotes headers or bodies. */
export function networkFailure(error: unknown, url: URL, idleTimeoutMs: number): ProviderError {
  const code = errorCode(error);
  if (TIMEOUTS.has(code)) {
    return new ProviderError({
      code: 'provider_timeout',
      message: `${url.host} sent nothing for ${idleTimeoutMs} ms.`,
      remedy: 'Try again; raise `idleTimeoutMs` of the provider if the model needs longer to begin.',
      retryable: true,
      cause: error,
    });
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || (isParserError(error) && code !== CLOSED_EARLY)) {
    // Without its cause, which holds what was received.
    return new ProviderError({
      code: 'provider_malformed',
      message: `${url.host} answered with something that is not valid HTTP.`,
      remedy: 'Check `baseUrl` of the provider: host, port and http or https.',
    });
  }
  return new ProviderError({
    code: 'provider_unreachable',
    message: `The connection to ${url.host} failed (${code === '' ? 'closed' : code}).`,
    remedy: `Check that ${url.origin} can be reached from here and that \`baseUrl\` is right.`,
    retryable: true,
    cause: error,
  });
}

/** The innermost code says most: undici wraps a refused connection in an error of its own. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const inner = errorCode(error.cause);
  if (inner !== '') return inner;
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}
