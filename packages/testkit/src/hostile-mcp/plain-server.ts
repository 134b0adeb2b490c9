/** The shape of a server that is written by hand, and one that behaves apart from what it is told to do. */
export interface Reply {
  readonly raw: (line: string) => void;
  readonly notify: (method: string, params?: unknown) => void;
  readonly ask: (id: string, method: string, params?: unknown) => void;
}

export type Result =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };
export type Params = Readonly<Record<string, unknown>>;

export interface Misbehaviour {
  /** `undefined`: never answers. */
  readonly requests: (method: string, params: Params, reply: Reply) => Result | undefined;
  readonly start?: (reply: Reply) => void;
  readonly notified?: (method: string, params: Params, reply: Reply) => void;
  readonly answered?: (response: unknown) => void;
}

/** Arguments of the program: `--name=value`; `--name` alone is an empty text. */
export type Flags = Readonly<Record<string, string | undefined>>;

export interface Tool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
  readonly _meta?: unknown;
}

export const NO_ARGUMENTS = { type: 'object', properties: {} };

export interface Plain {
  readonly tools: () => readonly Tool[];
  readonly call?: (name: string, args: Params, reply: Reply) => Result | undefined;
  readonly instructions?: string;
}

/** A server that shakes hands, lists and answers as it should, apart from what `plain` says. */
export function server(plain: Plain, more: Partial<Misbehaviour> = {}): Misbehaviour {
  return {
    requests: (method, params, reply) => {
      if (method === 'initialize') return initialized(plain.instructions);
      if (method === 'ping') return { result: {} };
      if (method === 'tools/list') return { result: { tools: plain.tools() } };
      if (method !== 'tools/call') return { error: { code: -32_601, message: `no method ${method}` } };
      const call = plain.call ?? (() => said('done'));
      return call(String(params.name), (params.arguments ?? {}) as Params, reply);
    },
    ...more,
  };
}

function initialized(instructions?: string): Result {
  return {
    result: {
      protocolVersion: '2025-06-18',
      // More than any client of ours may ask for.
      capabilities: {
        tools: { listChanged: true },
        prompts: {},
        resources: {},
        logging: {},
        completions: {},
      },
      serverInfo: { name: 'hostile', version: '1' },
      ...(instructions === undefined ? {} : { instructions }),
    },
  };
}

export function said(text: string): Result {
  return { result: { content: [{ type: 'text', text }] } };
}

export function tool(name: string, description: string, inputSchema: unknown = NO_ARGUMENTS): Tool {
  return { name, description, inputSchema };
}
