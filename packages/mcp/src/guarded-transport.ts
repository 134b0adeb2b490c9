import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { mcpError } from './errors.ts';
import type { FloodGate } from './flood-gate.ts';

/** Stands between the client and any transport: a server that floods it with notifications or requests is cut off. */
export class GuardedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly #inner: Transport;
  readonly #gate: FloodGate;
  #isCutOff = false;

  constructor(inner: Transport, gate: FloodGate) {
    this.#inner = inner;
    this.#gate = gate;
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  async start(): Promise<void> {
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onmessage = (message, extra) => {
      if (this.#isCutOff) return;
      if (!('method' in message) || this.#gate.admit()) this.onmessage?.(message, extra);
      else this.#cutOff();
    };
    await this.#inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#inner.send(message, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #cutOff(): void {
    this.#isCutOff = true;
    this.onerror?.(
      mcpError({
        code: 'mcp_server_misbehaved',
        message: 'The server was cut off: it floods its client with notifications.',
        remedy: 'Ask its author; leave it disabled if you do not trust it.',
      }),
    );
    this.#inner.close().catch((error: Error) => this.onerror?.(error));
  }
}
