import { ProviderError } from './errors.ts';

/**
 * The address of one operation under a base URL; a query of the base URL is kept (Azure's `api-version`).
 * @throws ProviderError `provider_not_configured` for a URL that cannot be used, or that carries a password.
 */
export function endpoint(baseUrl: string, path: string): URL {
  const url = URL.parse(baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ProviderError({
      code: 'provider_not_configured',
      message: 'The base URL of a provider is not a plain http or https address.',
      remedy:
        'Write `baseUrl` like https://host/v1, without user name and password; keys have a setting of their own.',
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  url.hash = '';
  return url;
}
