import { chatWire } from './chat-wire.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import type { Script } from './script.ts';

/** Base URL for clients: `origin` and `/v1`; as an Ollama: `origin`. */
export function startChatCompletionsServer(
  script: Script,
  options?: ModelServerOptions,
): Promise<ModelServer> {
  return startModelServer(chatWire, script, options);
}
