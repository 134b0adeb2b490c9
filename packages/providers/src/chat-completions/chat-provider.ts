import { endpoint } from '../endpoint.ts';
import { ProviderError } from '../errors.ts';
import { createHttpProvider, type HttpProvider, type HttpProviderOptions } from '../http-provider.ts';
import type { WireFormat } from '../wire-format.ts';
import { createChatReader } from './chat-reader.ts';
import { chatBody } from './chat-request.ts';
import { type ChatCompletionsType, ChatModels, OllamaTags } from './chat-wire.ts';

export interface ChatCompletionsOptions extends HttpProviderOptions {
  readonly type: ChatCompletionsType;
}

const DEFAULT_BASE_URLS: Partial<Record<ChatCompletionsType, string>> = {
  openai: 'https://api.openai.com/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  ollama: 'http://127.0.0.1:11434',
};
const ENVIRONMENT: Partial<Record<ChatCompletionsType, string>> = {
  openai: 'OPENAI_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
};

/**
 * Chat Completions. The base URL is what the official SDKs call so, with its `/v1`; Ollama's is the server's root
 * (a trailing `/v1` is taken off).
 */
export function createChatCompletionsProvider(options: ChatCompletionsOptions): HttpProvider {
  const { type, name } = options;
  const base = baseUrlOf(options);
  const wire: WireFormat = {
    chatUrl: () => endpoint(base, type === 'ollama' ? '/v1/chat/completions' : '/chat/completions'),
    headers: (credential): Record<string, string> =>
      credential === undefined ? {} : { authorization: `Bearer ${credential.value}` },
    body: (request) => chatBody(request, type),
    reader: (request) => createChatReader(request, name),
    modelsUrl: () => endpoint(base, type === 'ollama' ? '/api/tags' : '/models'),
    readModels: (body) => {
      const list = type === 'ollama' ? OllamaTags.safeParse(body) : ChatModels.safeParse(body);
      return list.success ? { ids: list.data } : undefined;
    },
  };
  const variable = ENVIRONMENT[type];
  return createHttpProvider(options, wire, {
    provider: name,
    required: variable !== undefined,
    environment: variable !== undefined && name === type ? [variable] : [],
  });
}

function baseUrlOf(options: ChatCompletionsOptions): string {
  const base = options.baseUrl ?? DEFAULT_BASE_URLS[options.type];
  if (base === undefined) {
    throw new ProviderError({
      code: 'provider_not_configured',
      message: `The provider ${options.name} has no base URL.`,
      remedy: `Set \`providers.${options.name}.baseUrl\` in the configuration file, e.g. http://127.0.0.1:8080/v1.`,
    });
  }
  return options.type === 'ollama' ? base.replace(/\/v1\/*$/, '') : base;
}
