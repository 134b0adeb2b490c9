import type { SandboxedProcess } from '@bakerst/shared/sandbox';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { isRecord } from './bounded-schema.ts';
import { describeError, mcpError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';

export interface StdioTransportOptions {
  readonly process: SandboxedProcess;
  readonly messageBytes: number;
  /** Lines that are no JSON-RPC message before the server is cut off. */
  readonly garbageLines: number;
  /** Milliseconds between closing its input, the polite signal and the kill. */
  readonly graceMs: number;
}

/** JSON-RPC over the standard streams of a process, one message a line. */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly #options: StdioTransportOptions;
  #garbage = 0;
  #isClosed = false;
  #stopped: Promise<void> | undefined;

  constructor(options: StdioTransportOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { process, messageBytes } = this.#options;
    const lines = new LineSplitter(messageBytes);
    process.stdout.on('data', (chunk: Buffer) => {
      if (this.#isClosed) return;
      const fits = lines.push(chunk, (line) => this.#read(line));
      if (!fits) this.#cutOff(`it sent a message of more than ${messageBytes} bytes`);
    });
    process.stdout.on('error', (error) => this.onerror?.(error));
    process.stdin.on('error', (error) => this.onerror?.(error));
    // What it had said before it ended is read first.
    void process.exited.then(() => setImmediate(() => this.#closed()));
  }

  send(message: JSONRPCMessage): Promise<void> {
    const { stdin } = this.#options.process;
    return new Promise((resolve, reject) => {
      if (this.#isClosed || !stdin.writable) return reject(new Error('the input of the server is closed'));
      stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#closed();
    const { process, graceMs } = this.#options;
    this.#stopped ??= endProcess(process, graceMs);
    await this.#stopped;
  }

  #read(line: string): void {
    const message = parseLine(line);
    if (message) {
      this.onmessage?.(message);
      return;
    }
    this.#garbage += 1;
    if (this.#garbage > this.#options.garbageLines) this.#cutOff('it sends lines that are no messages');
  }

  #cutOff(why: string): void {
    if (this.#isClosed) return;
    this.onerror?.(
      mcpError({
        code: 'mcp_server_misbehaved',
        message: `The server was cut off: ${why}.`,
        remedy: 'Ask its author; leave it disabled if you do not trust it.',
      }),
    );
    this.#closed();
    void this.#options.process.stop(0);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.process.stdout.resume();
    this.onclose?.();
  }
}

/** First the end of its input, which the protocol names as the way to stop, then the signals. */
async function endProcess(process: SandboxedProcess, graceMs: number): Promise<void> {
  process.stdin.end();
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise((resolve) => {
    timer = setTimeout(resolve, graceMs / 2);
  });
  await Promise.race([process.exited, waited]);
  clearTimeout(timer);
  await process.stop(graceMs / 2);
}

function parseLine(line: string): JSONRPCMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new Error(describeError(error));
  }
  return isMessage(value) ? value : undefined;
}

/** The shape the SDK relies on; it parses the rest by method. */
function isMessage(value: unknown): value is JSONRPCMessage {
  if (!isRecord(value) || value.jsonrpc !== '2.0') return false;
  const { id, method, params, result, error } = value;
  if (id !== undefined && typeof id !== 'string' && !Number.isSafeInteger(id)) return false;
  if (method !== undefined) return typeof method === 'string' && (params === undefined || isRecord(params));
  if (id === undefined) return false;
  if (error === undefined) return isRecord(result);
  return isRecord(error) && Number.isSafeInteger(error.code) && typeof error.message === 'string';
}
