import { endpoint } from '../endpoint.ts';
import { createHttpProvider, type HttpProvider, type HttpProviderOptions } from '../http-provider.ts';
import type { WireFormat } from '../wire-format.ts';
import { createAnthropicReader } from './anthropic-reader.ts';
import { anthropicBody } from './anthropic-request.ts';
import { AnthropicModels } from './anthropic-wire.ts';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';
const VERSION = '2023-06-01';
/** Marks a call as made with an OAuth token. */
const OAUTH_BETA = 'oauth-2025-04-20';

/** Anthropic Messages. A base URL may end in `/v1` or not. */
export function createAnthropicProvider(options: HttpProviderOptions): HttpProvider {
  const base = (options.baseUrl ?? DEFAULT_BASE_URL).replace(/\/v1\/*$/, '');
  const wire: WireFormat = {
    chatUrl: () => endpoint(base, '/v1/messages'),
    headers: (credential) => {
      const common = { 'anthropic-version': VERSION };
      if (credential === undefined) return common;
      return credential.kind === 'oauth'
        ? { ...common, authorization: `Bearer ${credential.value}`, 'anthropic-beta': OAUTH_BETA }
        : { ...common, 'x-api-key': credential.value };
    },
    body: anthropicBody,
    reader: (request) => createAnthropicReader(request, options.name),
    modelsUrl: () => modelsPage(base),
    readModels: (body) => {
      const list = AnthropicModels.safeParse(body);
      if (!list.success) return undefined;
      const { data, has_more, last_id } = list.data;
      const ids = data.map((model) => model.id);
      return has_more && last_id ? { ids, next: modelsPage(base, last_id) } : { ids };
    },
  };
  return createHttpProvider(options, wire, {
    provider: options.name,
    required: true,
    environment: options.name === 'anthropic' ? ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'] : [],
  });
}

function modelsPage(base: string, after?: string): URL {
  const url = endpoint(base, '/v1/models');
  url.searchParams.set('limit', '1000');
  if (after !== undefined) url.searchParams.set('after_id', after);
  return url;
}
