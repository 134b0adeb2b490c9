import { ProviderError } from './errors.ts';

const EXCERPT_CHARS = 120;

/** @throws ProviderError `provider_malformed` where the data is not a JSON object. */
export function parseEventJson(provider: string, data: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(data);
    if (isRecord(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw malformedEvent(provider, data);
}

export function malformedEvent(provider: string, data: string): ProviderError {
  return new ProviderError({
    code: 'provider_malformed',
    message: `${provider} sent an event that is not of its wire format: ${data.slice(0, EXCERPT_CHARS)}`,
    remedy: 'Check the `type` and `baseUrl` of the provider; try again if it worked before.',
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
