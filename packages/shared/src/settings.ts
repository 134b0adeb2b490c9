import { z } from 'zod';
import { ModelPrice, ModelRef } from './models.ts';

/** A secret is named, never written down: `env:NAME`, `file:/path`. */
export const SecretRef = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'write a secret as env:NAME or file:/absolute/path');

const serverName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'lower case letters, digits and hyphens, at most 31')
  .refine((name) => name !== 'core' && name !== 'demo', 'this name is taken');

const common = {
  enabled: z.boolean().default(true),
  /** Per call. */
  deadlineMs: z.int().min(100).max(3_600_000).default(60_000),
  /**
   * Arguments that are filled with a secret after the verdict, right before the request: `<tool>.<argument>`, dots go
   * deeper, to a secret as a reference. Neither the model nor a step ever holds them. Only the configuration file.
   */
  secrets: z
    .record(
      z.string().regex(/^[^.\s].*\.[^.\s]+$/, 'write <tool>.<argument>, by the names the server gives them'),
      SecretRef,
    )
    .default({}),
};

export const StdioMcpServer = z.strictObject({
  transport: z.literal('stdio'),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Environment of the server; values starting with `env:` or `file:` are secrets read at start. Nothing else is passed. */
  env: z.record(z.string(), z.string()).default({}),
  /** Host paths the sandbox may see; everything else is absent. */
  paths: z
    .array(z.strictObject({ path: z.string().startsWith('/'), write: z.boolean().default(false) }))
    .default([]),
  /** Network inside the sandbox: none, or the host's. */
  network: z.boolean().default(false),
  /** Runs as a plain child of the brain, without walls. Only the configuration file may say so. */
  unconfined: z.boolean().default(false),
  ...common,
});

export const HttpMcpServer = z.strictObject({
  transport: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }),
  /** Header values; secrets as references. */
  headers: z.record(z.string(), z.string()).default({}),
  ...common,
});

export const McpServer = z.discriminatedUnion('transport', [StdioMcpServer, HttpMcpServer]);
export type McpServer = z.infer<typeof McpServer>;
export type StdioMcpServer = z.infer<typeof StdioMcpServer>;
export type HttpMcpServer = z.infer<typeof HttpMcpServer>;
export const McpServers = z.record(serverName, McpServer);

const providerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);

export const ProviderSettings = z.strictObject({
  /** Which wire format and defaults; the names anthropic, openai, openrouter and ollama imply theirs. */
  type: z.enum(['anthropic', 'openai', 'openrouter', 'ollama', 'openai-compatible']).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  apiKey: SecretRef.optional(),
  oauthToken: SecretRef.optional(),
  /** No byte for this long ends the call. */
  idleTimeoutMs: z.int().min(1_000).max(3_600_000).default(120_000),
});
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** What an operator says about a model that the built-in table does not know, or knows differently. */
export const ModelSettings = z.strictObject({
  contextWindow: z.int().min(1_024).optional(),
  maxOutputTokens: z.int().min(64).optional(),
  accepts: z.array(z.enum(['text', 'image', 'pdf'])).optional(),
  tools: z.boolean().optional(),
  price: ModelPrice.omit({ source: true })
    .extend({ source: z.string().default('operator') })
    .optional(),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

const fallbackChain = z.array(ModelRef).min(1).max(8);

/** Roles and their ordered fallback chains. A role that is left out uses `agent`'s. */
export const RoleSettings = z.strictObject({
  agent: fallbackChain.optional(),
  worker: fallbackChain.optional(),
  observer: fallbackChain.optional(),
  reflector: fallbackChain.optional(),
  planner: fallbackChain.optional(),
});
export type RoleSettings = z.infer<typeof RoleSettings>;

/**
 * Boot settings: the configuration file, frozen at start. Environment variables override the fields that
 * `docs/configuration.md` lists. Unknown keys are refused.
 */
export const BootSettings = z.strictObject({
  $schema: z.string().optional(),
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(4221),
      /** Host headers accepted besides localhost and the bind address. */
      allowedHosts: z.array(z.string()).default([]),
      /** Addresses of reverse proxies whose X-Forwarded-For is believed. */
      trustedProxies: z.array(z.string()).default([]),
    })
    .prefault({}),
  agent: z
    .strictObject({
      name: z.string().min(1).max(60).default('Baker'),
      /** Folder with SOUL.md, BRAIN.md, WORKER.md, OBSERVER.md and PLANNER.md; default: those of the program. */
      operatingSystem: z.string().optional(),
    })
    .prefault({}),
  providers: z.record(providerName, ProviderSettings).default({}),
  models: z
    .strictObject({
      roles: RoleSettings.prefault({}),
      catalog: z.record(ModelRef, ModelSettings).default({}),
    })
    .prefault({}),
  budget: z
    .strictObject({
      /** One limit for everything, per calendar month (UTC). */
      monthlyLimitUsd: z.number().min(0).max(1_000_000).default(10),
    })
    .prefault({}),
  policy: z
    .strictObject({
      /** What tools may do; default: `policy.yaml` in the data folder, else the policy that came with the program. */
      file: z.string().min(1).optional(),
    })
    .prefault({}),
  mcpServers: McpServers.default({}),
  egress: z
    .strictObject({
      /**
       * Hosts below private, loopback or link-local addresses that MCP servers of the runtime configuration may be at:
       * `host` or `host:port`, as written in the server's address.
       */
      allowedHosts: z
        .array(
          z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^\s/:@?#[\]]+)(:\d{1,5})?$/, 'write host or host:port'),
        )
        .default([]),
    })
    .prefault({}),
  limits: z
    .strictObject({
      concurrentTurns: z.int().min(1).max(1_000).default(64),
      /** Steps of one turn that call the model. */
      modelCallsPerTurn: z.int().min(1).max(500).default(40),
      turnDeadlineMs: z.int().min(1_000).max(86_400_000).default(1_800_000),
      messageBytes: z.int().min(1_024).max(16_777_216).default(4_194_304),
      attachmentBytes: z.int().min(1_024).max(104_857_600).default(20_971_520),
      toolResultBytes: z.int().min(1_024).max(16_777_216).default(262_144),
      requestsPerMinute: z.int().min(1).max(1_000_000).default(600),
      failedLoginsPerMinute: z.int().min(1).max(1_000).default(10),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});
export type BootSettings = z.infer<typeof BootSettings>;

/**
 * Runtime configuration: versioned rows, changed in the console or by API. It may choose among what the boot
 * settings allow, never loosen them: no base URL, no credential, no `unconfined`, no tool permission.
 */
export const RuntimeConfig = z.strictObject({
  roles: RoleSettings.prefault({}),
  agentName: z.string().min(1).max(60).optional(),
  mcpServers: z
    .record(serverName, McpServer)
    .default({})
    .refine(
      (servers) =>
        Object.values(servers).every((server) => server.transport !== 'stdio' || !server.unconfined),
      'unconfined can only be set in the configuration file',
    )
    .refine(
      (servers) => Object.values(servers).every(({ secrets }) => Object.keys(secrets).length === 0),
      'secrets can only be bound in the configuration file',
    ),
});
export type RuntimeConfig = z.infer<typeof RuntimeConfig>;

/** Where an effective value came from, most specific last. */
export type SettingSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'runtime'; readonly version: number; readonly author: string }
  | { readonly kind: 'discovered'; readonly how: string };

export interface EffectiveSetting {
  /** Dotted path: `models.roles.agent`. */
  readonly key: string;
  readonly value: unknown;
  readonly source: SettingSource;
  /** Boot settings cannot be changed while the brain runs. */
  readonly locked: boolean;
}
