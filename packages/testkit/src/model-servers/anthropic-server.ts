import { anthropicWire } from './anthropic-wire.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import type { Script } from './script.ts';

/** Base URL for clients: `origin`, without `/v1`. */
export function startAnthropicServer(script: Script, options?: ModelServerOptions): Promise<ModelServer> {
  return startModelServer(anthropicWire, script, options);
}
