import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { mcpError } from './errors.ts';
import { jsonBytes } from './json-bytes.ts';
import type { LaunchIdentity } from './launch-identity.ts';
import type { McpLimits } from './limits.ts';

/** One live connection with a server that completed the handshake. */
export interface McpSession {
  readonly instructions: string | undefined;
  /** What was started for it, for the pins. */
  readonly launch: LaunchIdentity;
  /** Values that this server was given and must not be repeated to anybody. */
  readonly secrets: readonly string[];
  /** Resolves with the reason when the connection is gone; never rejects. */
  readonly ended: Promise<Error>;
  /** True from before the first call is rejected because of the end. */
  isOver(): boolean;
  /** The same error for people: with what is known about the other side, without secrets. */
  explain(error: unknown): Error;
  onToolsChanged(callback: () => void): void;
  /** The server's tools as it sent them, within the limits. */
  listTools(): Promise<readonly unknown[]>;
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(graceMs: number): Promise<void>;
}

/** Asks with the SDK's client, and reads what comes back as plain data: its own tool cache would compile schemas. */
export type RawRequest = McpSession['request'];

export async function rawRequest(client: Client): Promise<RawRequest> {
  const { ResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  return (method, params, options) =>
    client.request({ method, params: { ...params } }, ResultSchema, options);
}

/** Reads all pages of `tools/list`, but not without end. */
export async function listAllTools(request: RawRequest, limits: McpLimits): Promise<readonly unknown[]> {
  const signal = AbortSignal.timeout(limits.listMs);
  const tools: unknown[] = [];
  const cursors = new Set<string>();
  let bytes = 0;
  for (let cursor: string | undefined; ; ) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await request('tools/list', params, { signal, timeout: limits.listMs });
    const listed = Array.isArray(page.tools) ? page.tools : [];
    bytes += jsonBytes(listed);
    tools.push(...listed.slice(0, limits.tools + 1 - tools.length));
    if (tools.length > limits.tools) throw tooMuch(`more than ${limits.tools} tools`);
    if (bytes > limits.toolListBytes) throw tooMuch(`a tool list of more than ${limits.toolListBytes} bytes`);
    cursor = nextCursor(page, cursors, limits);
    if (cursor === undefined) return tools;
  }
}

function nextCursor(
  page: Readonly<Record<string, unknown>>,
  seen: Set<string>,
  limits: McpLimits,
): string | undefined {
  const next = page.nextCursor;
  if (typeof next !== 'string' || next === '') return undefined;
  if (seen.has(next)) throw tooMuch('a tool list that goes round in circles');
  seen.add(next);
  if (seen.size >= limits.toolPages) throw tooMuch(`a tool list of more than ${limits.toolPages} pages`);
  return next;
}

function tooMuch(what: string) {
  return mcpError({
    code: 'mcp_server_misbehaved',
    message: `The server offers ${what}.`,
    remedy: 'Ask its author; leave it disabled if you do not trust it.',
  });
}
