import type { ToolResultPart } from './content.ts';
import type { Effect } from './guard.ts';

/** What a tool offers. Names are unique in the registry: core tools have no `__`, a server's are `<server>__<tool>`. */
export interface ToolDefinition {
  readonly name: string;
  /** `core` or the MCP server's name. */
  readonly server: string;
  readonly description: string;
  /** JSON Schema (2020-12 or draft-07) of the arguments; always an object schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Declared by a core definition; `external` for every server: only the policy says better. */
  readonly effect: Effect;
  /** Declared by a core definition; false for every server: only the policy says better. */
  readonly idempotent: boolean;
  readonly deadlineMs: number;
  /** Result bytes kept (UTF-8); the rest is cut with a mark that says how much. */
  readonly maxResultBytes: number;
  /** SHA-256 over `pinned`; absent where it cannot be pinned (hidden characters, text that has no canonical form). */
  readonly pin?: string;
  /** RFC 8785 form of the whole definition as its server sent it, with the instructions and how the server is started. */
  readonly pinned?: string;
  /** The server's own hints (`readOnlyHint`, ...): they make proposals, never verdicts. */
  readonly hints?: Readonly<Record<string, boolean>>;
  /** JSON Schema of the structured result, as the server sent it. */
  readonly resultSchema?: Readonly<Record<string, unknown>>;
  /** Where it runs: decides what its server may learn by default. */
  readonly reach?: 'house' | 'open';
}

/** On whose behalf a tool runs; core tools use it to reach owned rows, a server never sees it. */
export interface ToolCallContext {
  readonly principal: string;
  readonly conversation: string;
  readonly turn: string;
  readonly call: string;
  readonly signal: AbortSignal;
}

export interface ToolOutput {
  readonly content: readonly ToolResultPart[];
  /** A failure the model can read; an expected outcome, not an exception. */
  readonly isError: boolean;
  /** The result as data, where the source has it so. */
  readonly structured?: unknown;
  /** Where the result is less or more trusted than its source's default, e.g. quotes of labelled text. */
  readonly label?: import('./labels.ts').Label;
}

/** Something that has tools: the core tools, one MCP server. Only the registry may call `call`. */
export interface ToolSource {
  readonly server: string;
  /** Tools offered right now; empty while the server is down. Cheap: answered from memory. */
  tools(): readonly ToolDefinition[];
  /** May throw or hang: the registry turns both into results. `tool` is the registry's name for it. */
  call(tool: string, args: Readonly<Record<string, unknown>>, context: ToolCallContext): Promise<ToolOutput>;
}

/** State of a tool source for people: the tools page, `bakerst doctor`. */
export interface ToolSourceState {
  readonly server: string;
  readonly transport: 'core' | 'stdio' | 'http';
  readonly state: 'ready' | 'starting' | 'backing_off' | 'failed' | 'disabled';
  readonly lastError?: string;
  readonly toolCount: number;
  /** How the process is confined; `unconfined` is shown in red. */
  readonly confinement: 'in-process' | 'sandboxed' | 'unconfined' | 'remote';
  readonly restarts: number;
  readonly since: string;
}
