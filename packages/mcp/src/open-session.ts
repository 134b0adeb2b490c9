import { CodedError } from '@bakerst/shared/coded-error';
import { createRedactor } from '@bakerst/shared/redact-secrets';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import type { HttpMcpServer, McpServer, StdioMcpServer } from '@bakerst/shared/settings';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { boundedFetch } from './bounded-fetch.ts';
import type { McpClock } from './clock.ts';
import { describeError, mcpError } from './errors.ts';
import { FloodGate } from './flood-gate.ts';
import { GuardedTransport } from './guarded-transport.ts';
import { watchHealth } from './http-health.ts';
import { identifyLaunch, type LaunchIdentity, NOTHING_LAUNCHED } from './launch-identity.ts';
import type { McpLimits } from './limits.ts';
import { listAllTools, type McpSession, rawRequest } from './mcp-session.ts';
import { type ResolveSecret, resolveSecrets } from './resolve-secrets.ts';
import { StdioTransport } from './stdio-transport.ts';
import { TextTail } from './text-tail.ts';
import { oneLine } from './visible-text.ts';

export interface SessionOptions {
  readonly name: string;
  readonly settings: McpServer;
  readonly version: string;
  readonly confined: SandboxLauncher;
  readonly unconfined: SandboxLauncher;
  readonly resolveSecret: ResolveSecret;
  readonly fetch: typeof fetch;
  /** `PATH` of the operator, to tell which program a bare command is. */
  readonly searchPath: string;
  readonly limits: McpLimits;
  readonly clock: McpClock;
  readonly graceMs: number;
  readonly healthIntervalMs: number;
}

/** Starts or reaches the server and shakes hands. Rejects with a `CodedError` whose message holds no secret. */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<McpSession> {
  const { settings } = options;
  const wire =
    settings.transport === 'stdio' ? await openStdio(settings, options) : await openHttp(settings, options);
  try {
    return await shakeHands(wire, options, signal);
  } catch (error) {
    await wire.end(0);
    throw wire.explain(error);
  }
}

/** A transport with what its kind needs around it. */
interface Wire {
  readonly transport: Transport;
  readonly kind: 'stdio' | 'http';
  readonly launch: LaunchIdentity;
  readonly secrets: readonly string[];
  /** Adds what is known about the other side (the end of its error output), without secrets. */
  readonly explain: (error: unknown) => Error;
  readonly end: (graceMs: number) => Promise<void>;
}

const ERROR_OUTPUT_CHARS = 4_000;
const ERROR_CHARS = 1_000;
const GARBAGE_LINES = 1_000;

async function openStdio(settings: StdioMcpServer, options: SessionOptions): Promise<Wire> {
  const [env, launch] = await Promise.all([
    resolveSecrets(settings.env, options.resolveSecret),
    identifyLaunch(settings, options.searchPath),
  ]);
  const redact = createRedactor(env.secrets);
  // The only place where the two launchers meet: without walls only where the settings say so, never as a fallback.
  const launcher = settings.unconfined ? options.unconfined : options.confined;
  const process = await launcher.launch({
    name: `mcp ${options.name}`,
    command: settings.command,
    args: settings.args,
    env: env.values,
    paths: settings.paths,
    network: settings.network,
  });
  const said = new TextTail(process.stderr, ERROR_OUTPUT_CHARS);
  const { limits, graceMs } = options;
  const transport = new StdioTransport({
    process,
    messageBytes: limits.messageBytes,
    garbageLines: GARBAGE_LINES,
    graceMs,
  });
  return {
    transport,
    kind: 'stdio',
    launch,
    secrets: env.secrets,
    explain: (error) => explain(error, redact, said.read()),
    end: (grace) => process.stop(grace),
  };
}

async function openHttp(settings: HttpMcpServer, options: SessionOptions): Promise<Wire> {
  const headers = await resolveSecrets(settings.headers, options.resolveSecret);
  const redact = createRedactor(headers.secrets);
  const { StreamableHTTPClientTransport } = await import(
    '@modelcontextprotocol/sdk/client/streamableHttp.js'
  );
  const inner = new StreamableHTTPClientTransport(new URL(settings.url), {
    fetch: boundedFetch({
      fetch: options.fetch,
      headMs: Math.max(settings.deadlineMs, options.limits.handshakeMs),
      messageBytes: options.limits.messageBytes,
    }),
    requestInit: { headers: headers.values },
  });
  return {
    // Its session id is optional in one way here and in another in the interface.
    transport: inner as Transport,
    kind: 'http',
    launch: NOTHING_LAUNCHED,
    secrets: headers.secrets,
    explain: (error) => explain(error, redact, ''),
    end: async (graceMs) => {
      if (graceMs > 0) await withDeadline(inner.terminateSession(), graceMs);
      await inner.close();
    },
  };
}

async function shakeHands(wire: Wire, options: SessionOptions, signal: AbortSignal): Promise<McpSession> {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { limits, clock } = options;
  // No capabilities: sampling, roots and elicitation are not offered.
  const client = new Client({ name: 'bakerst', version: options.version }, { capabilities: {} });
  const gate = new FloodGate(clock, limits.floodMessages, limits.floodWindowMs);
  let lastError: unknown;
  let isOver = false;
  const ended = new Promise<Error>((resolve) => {
    client.onclose = () => {
      isOver = true;
      resolve(wire.explain(lastError ?? new Error('the connection was closed')));
    };
  });
  let onError = (): void => undefined;
  client.onerror = (error) => {
    if (isWorthTelling(error)) lastError = error;
    onError();
  };
  let onToolsChanged = (): void => undefined;
  client.fallbackNotificationHandler = async ({ method }) => {
    if (method === 'notifications/tools/list_changed') onToolsChanged();
  };
  try {
    await client.connect(new GuardedTransport(wire.transport, gate), { timeout: limits.handshakeMs, signal });
  } catch (error) {
    // Where it was cut off, that says more than that the connection is closed.
    throw lastError instanceof CodedError ? lastError : error;
  }
  const request = await rawRequest(client);
  const fail = (error: unknown) => {
    lastError = error;
    void client.close();
  };
  const health =
    wire.kind === 'http'
      ? watchHealth({ request, clock, intervalMs: options.healthIntervalMs, onDead: fail })
      : undefined;
  onError = () => health?.checkSoon();
  void ended.then(() => health?.stop());
  const hasTools = client.getServerCapabilities()?.tools !== undefined;
  return {
    instructions: client.getInstructions(),
    launch: wire.launch,
    secrets: wire.secrets,
    ended,
    isOver: () => isOver,
    explain: wire.explain,
    onToolsChanged: (callback) => {
      onToolsChanged = callback;
    },
    listTools: async () => (hasTools ? listAllTools(request, limits) : []),
    request,
    close: async (graceMs) => {
      health?.stop();
      if (graceMs > 0 && wire.kind === 'stdio') await client.close();
      await wire.end(graceMs);
      await client.close();
    },
  };
}

/** What a closing connection says about itself hides why it closed. */
function isWorthTelling(error: Error): boolean {
  return !/AbortError|Received a (response|progress)/.test(`${error.name} ${error.message}`);
}

function explain(error: unknown, redact: (text: string) => string, said: string): Error {
  const why = oneLine(redact(describeError(error)), ERROR_CHARS);
  const output =
    said === '' ? '' : ` Its error output ends: ${oneLine(redact(said).slice(-ERROR_CHARS), ERROR_CHARS)}`;
  return mcpError({
    code: keptCode(error) ?? 'mcp_connection_failed',
    message: `${why}${output}`,
    remedy: 'Look at the settings of this server; it is tried again by itself.',
    retryable: true,
  });
}

const KEPT_CODES = ['mcp_server_misbehaved', 'mcp_address_forbidden'] as const;

/** An error of ours says more than that the connection failed, also where `fetch` or the SDK wrapped it. */
function keptCode(error: unknown): (typeof KEPT_CODES)[number] | undefined {
  if (!(error instanceof Error)) return undefined;
  const own = 'code' in error ? KEPT_CODES.find((code) => code === error.code) : undefined;
  return own ?? keptCode(error.cause);
}

async function withDeadline(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  // Saying goodbye is a courtesy: a server that is gone cannot hear it.
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
