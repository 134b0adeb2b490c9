import { CodedError } from '@bakerst/shared/coded-error';
import { createRedactor } from '@bakerst/shared/redact-secrets';
import type { McpServer } from '@bakerst/shared/settings';
import type {
  ToolCallContext,
  ToolDefinition,
  ToolOutput,
  ToolSource,
  ToolSourceState,
} from '@bakerst/shared/tools';
import { type BackoffOptions, backoffDelay } from './backoff.ts';
import { callTool } from './call-tool.ts';
import { describeError } from './errors.ts';
import { fillSecrets } from './fill-secrets.ts';
import { redactError, redactOutput } from './guard-output.ts';
import type { McpSession } from './mcp-session.ts';
import { openSession, type SessionOptions } from './open-session.ts';
import { Refresher } from './refresher.ts';
import { type OfferedTool, readTools } from './tool-definitions.ts';
import { errorOutput } from './tool-result.ts';
import { oneLine } from './visible-text.ts';

export interface McpToolSourceOptions extends SessionOptions {
  readonly maxResultBytes: number;
  readonly backoff: BackoffOptions;
  /** Tools or state changed. Must not throw. */
  readonly onChange: () => void;
}

const STATE_ERROR_CHARS = 1_500;

/**
 * One MCP server as a tool source. It is started again for ever, with growing pauses; while it is down it offers no
 * tools, and a call of one fails at once.
 */
export class McpToolSource implements ToolSource {
  readonly server: string;
  readonly #options: McpToolSourceOptions;
  readonly #closing = new AbortController();
  #session: McpSession | undefined;
  #refresher: Refresher | undefined;
  #tools: ReadonlyMap<string, OfferedTool> = new Map();
  #definitions: readonly ToolDefinition[] = [];
  #state: ToolSourceState['state'] = 'starting';
  #lastError: string | undefined;
  #since: number;
  #starts = 0;
  #failures = 0;
  #wake: (() => void) | undefined;
  #isRestartAsked = false;
  /** Ends a start that hangs. */
  #life = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: McpToolSourceOptions) {
    this.#options = options;
    this.server = options.name;
    this.#since = options.clock.now();
    if (!options.settings.enabled) this.#state = 'disabled';
  }

  /** Begins to keep the server alive. Idempotent; does nothing where it is disabled. */
  start(): void {
    if (this.#options.settings.enabled) this.#running ??= this.#keepAlive();
  }

  tools(): readonly ToolDefinition[] {
    return this.#definitions;
  }

  state(): ToolSourceState {
    const { settings } = this.#options;
    return {
      server: this.server,
      transport: settings.transport,
      state: this.#state,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
      toolCount: this.#definitions.length,
      confinement: confinementOf(settings),
      restarts: Math.max(0, this.#starts - 1),
      since: new Date(this.#since).toISOString(),
    };
  }

  async call(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    context: ToolCallContext,
  ): Promise<ToolOutput> {
    const judged = this.#tools.get(tool);
    // Once the server has said that its list changed, what was judged may be gone: it is read again first.
    await this.#refresher?.settle();
    const offered = this.#tools.get(tool);
    const session = this.#session;
    if (!session || !offered) return errorOutput(this.#unavailable(tool, session !== undefined));
    if (judged?.definition.pin !== offered.definition.pin) return errorOutput(this.#changed(tool));
    const filled = await fillSecrets(offered, args, this.#options.resolveSecret);
    if (!filled.ok) {
      if (filled.detail !== undefined) this.#lastError = oneLine(filled.detail, STATE_ERROR_CHARS);
      return errorOutput(filled.problem);
    }
    const redact = createRedactor([...session.secrets, ...filled.secrets]);
    try {
      const output = await callTool(session, {
        server: this.server,
        tool: offered.serversName,
        args: filled.args,
        deadlineMs: this.#options.settings.deadlineMs,
        limits: this.#options.limits,
        signal: context.signal,
      });
      return redactOutput(output, redact, this.#options.maxResultBytes);
    } catch (error) {
      throw redactError(error, redact);
    }
  }

  /** Ends the present connection or pause and starts anew, at once. */
  async restart(): Promise<void> {
    if (!this.#running || this.#closing.signal.aborted) return;
    this.#isRestartAsked = true;
    this.#failures = 0;
    this.#life.abort();
    await this.#session?.close(this.#options.graceMs);
    this.#wake?.();
  }

  /** Stops everything within the grace time; the source offers nothing afterwards. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake?.();
    await this.#session?.close(this.#options.graceMs);
    await this.#running;
  }

  async #keepAlive(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      this.#isRestartAsked = false;
      this.#life = new AbortController();
      const { clock, backoff } = this.#options;
      const from = clock.now();
      const problem = await this.#live();
      if (this.#closing.signal.aborted) break;
      if (this.#isRestartAsked) continue;
      this.#failures = clock.now() - from >= backoff.healthyAfterMs ? 1 : this.#failures + 1;
      const isFinal = problem instanceof CodedError && FINAL.has(problem.code);
      this.#show(isFinal ? 'failed' : 'backing_off', problem);
      await this.#pause(isFinal ? undefined : backoffDelay(backoff, this.#failures, clock.random()));
    }
    this.#forgetTools();
  }

  /** One life: from start to end of the connection. Resolves with why it ended. */
  async #live(): Promise<Error> {
    this.#starts += 1;
    this.#show('starting');
    let session: McpSession | undefined;
    let refresher: Refresher | undefined;
    try {
      session = await openSession(this.#options, AbortSignal.any([this.#closing.signal, this.#life.signal]));
      this.#session = session;
      const live = session;
      refresher = new Refresher(this.#options.clock, () => this.#refresh(live));
      this.#refresher = refresher;
      session.onToolsChanged(() => refresher?.request());
      await this.#readTools(session);
      if (this.#isRestartAsked || this.#closing.signal.aborted)
        return new Error('stopped while it was starting');
      this.#show('ready');
      return await session.ended;
    } catch (error) {
      if (session) return session.isOver() ? await session.ended : session.explain(error);
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      refresher?.stop();
      this.#refresher = undefined;
      this.#session = undefined;
      this.#forgetTools();
      await session?.close(this.#closing.signal.aborted || this.#isRestartAsked ? this.#options.graceMs : 0);
    }
  }

  async #readTools(session: McpSession): Promise<void> {
    const { settings, maxResultBytes, limits } = this.#options;
    const { tools, leftOut, unpinned } = readTools(await session.listTools(), {
      server: this.server,
      settings,
      launch: session.launch,
      maxResultBytes,
      limits,
      ...(session.instructions === undefined ? {} : { instructions: session.instructions }),
    });
    this.#tools = new Map(tools.map((tool) => [tool.definition.name, tool]));
    this.#definitions = tools.map((tool) => tool.definition);
    this.#lastError = remarks({ 'Left out': leftOut, 'Not pinned': unpinned, Note: session.launch.loose });
  }

  /** The server says its tools changed. A list that cannot be read any more leaves none. */
  async #refresh(session: McpSession): Promise<void> {
    try {
      await this.#readTools(session);
    } catch (error) {
      this.#forgetTools();
      this.#lastError = oneLine(describeError(session.explain(error)), STATE_ERROR_CHARS);
    }
    if (this.#session === session) this.#options.onChange();
    else this.#forgetTools();
  }

  #forgetTools(): void {
    this.#tools = new Map();
    this.#definitions = [];
  }

  #show(state: ToolSourceState['state'], problem?: Error): void {
    if (problem) this.#lastError = oneLine(describeError(problem), STATE_ERROR_CHARS);
    this.#state = state;
    this.#since = this.#options.clock.now();
    this.#options.onChange();
  }

  #pause(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel =
        milliseconds === undefined
          ? () => undefined
          : this.#options.clock.after(milliseconds, () => this.#wake?.());
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
      if (this.#closing.signal.aborted || this.#isRestartAsked) this.#wake();
    });
  }

  #changed(tool: string): string {
    return `${oneLine(tool, 100)} is not what it was when the call was judged; nothing was sent to ${this.server}.`;
  }

  #unavailable(tool: string, isConnected: boolean): string {
    if (isConnected) return `The MCP server ${this.server} does not offer ${oneLine(tool, 100)} any more.`;
    // Why is for whoever mends it: it may be in the server's own words.
    return `The MCP server ${this.server} is not available now (${this.#state}); nothing was sent to it.`;
  }
}

/** Trying again does not help; a person must change something first. */
const FINAL: ReadonlySet<string> = new Set([
  'sandbox_unavailable',
  'sandbox_path_forbidden',
  'mcp_unconfined_forbidden',
]);

/** What people should know of a server that works all the same. */
function remarks(groups: Readonly<Record<string, readonly string[]>>): string | undefined {
  const said = Object.entries(groups)
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}: ${lines.slice(0, 20).join('; ')}.`);
  return said.length === 0 ? undefined : oneLine(said.join(' '), STATE_ERROR_CHARS * 2);
}

function confinementOf(settings: McpServer): ToolSourceState['confinement'] {
  if (settings.transport === 'http') return 'remote';
  return settings.unconfined ? 'unconfined' : 'sandboxed';
}
