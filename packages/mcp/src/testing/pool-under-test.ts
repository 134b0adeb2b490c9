import assert from 'node:assert/strict';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import type { McpServer } from '@bakerst/shared/settings';
import type { ToolDefinition, ToolOutput, ToolSourceState } from '@bakerst/shared/tools';
import { createMcpServers, type McpServers, type McpServersOptions } from '../mcp-servers.ts';

/** A pool of real servers for one test, with waiting for what it reports. Tests only. */
export interface PoolUnderTest {
  readonly servers: McpServers;
  /** Sets the servers, all as if written in the configuration file. */
  use(servers: Readonly<Record<string, McpServer>>): Promise<void>;
  /** Waits for a report of the pool that fulfils the condition. */
  until(name: string, condition: (state: ToolSourceState) => boolean): Promise<ToolSourceState>;
  ready(name: string): Promise<ToolSourceState>;
  call(tool: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<ToolOutput>;
  tools(name: string): readonly ToolDefinition[];
  /** States in the order in which they were reported. */
  readonly history: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PoolOptions extends Partial<McpServersOptions> {
  readonly confined: SandboxLauncher;
}

const PATIENCE_MS = 20_000;

export function poolUnderTest(options: PoolOptions): PoolUnderTest {
  const waiting = new Set<() => void>();
  const history: string[] = [];
  const servers = createMcpServers({
    version: '0.0.0',
    unconfined: options.confined,
    resolveSecret: async (ref) => `value of ${ref}`,
    maxResultBytes: 1_000_000,
    backoff: { firstMs: 50, capMs: 200 },
    ...options,
    onChange: () => {
      history.push(
        servers
          .states()
          .map(({ server, state }) => `${server} ${state}`)
          .join(', '),
      );
      for (const look of [...waiting]) look();
      options.onChange?.();
    },
  });
  const find = (name: string) => servers.states().find(({ server }) => server === name);
  const source = (name: string) => servers.sources().find(({ server }) => server === name);
  const until: PoolUnderTest['until'] = (name, condition) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const state = find(name);
        if (!state || !condition(state)) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(state);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${name} is still ${JSON.stringify(find(name))}; it was: ${history.join(' | ')}`));
      }, PATIENCE_MS);
      waiting.add(look);
      look();
    });
  return {
    servers,
    history,
    until,
    ready: (name) => until(name, ({ state }) => state === 'ready'),
    use: (wanted) =>
      servers.apply(
        Object.fromEntries(
          Object.entries(wanted).map(([name, settings]) => [name, { settings, origin: 'file' as const }]),
        ),
      ),
    tools: (name) => source(name)?.tools() ?? [],
    call: async (tool, args = {}, signal = new AbortController().signal) => {
      const found = source(tool.slice(0, tool.indexOf('__')));
      assert.ok(found, `no source for ${tool}`);
      return found.call(tool, args, { principal: 'p', conversation: 'c', turn: 't', call: 'k', signal });
    },
    [Symbol.asyncDispose]: () => servers.close(),
  };
}

/** The texts of a result, joined. */
export function textOf(output: ToolOutput): string {
  return output.content.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n');
}
