import { z } from 'zod';
import { Effect } from '../guard.ts';
import { Confidentiality } from '../labels.ts';
import { ModelInfo, ModelRole } from '../models.ts';
import { McpServer, RuntimeConfig } from '../settings.ts';

/** One model of the picker. */
export const Model = ModelInfo.extend({
  provider: z.string(),
  /** `ready`, or why a call to it would be refused or is being held back. */
  state: z.enum(['ready', 'no_credential', 'no_price', 'circuit_open', 'unreachable']),
  detail: z.string().optional(),
  roles: z.array(ModelRole),
}).meta({ id: 'Model' });
export type Model = z.infer<typeof Model>;
export const ModelList = z
  .object({
    items: z.array(Model),
    /** Effective chain per role. */
    roles: z.record(ModelRole, z.array(z.string())),
  })
  .meta({ id: 'ModelList' });
export type ModelList = z.infer<typeof ModelList>;

export const EffectiveSettings = z
  .object({
    items: z.array(
      z.object({
        key: z.string(),
        value: z.unknown(),
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('default') }),
          z.object({ kind: z.literal('file'), path: z.string() }),
          z.object({ kind: z.literal('environment'), name: z.string() }),
          z.object({ kind: z.literal('runtime'), version: z.int(), author: z.string() }),
          z.object({ kind: z.literal('discovered'), how: z.string() }),
        ]),
        locked: z.boolean(),
      }),
    ),
    runtimeVersion: z.int(),
  })
  .meta({ id: 'EffectiveSettings' });
export type EffectiveSettings = z.infer<typeof EffectiveSettings>;

/** `PUT /api/v1/config/runtime`: replaces the whole runtime configuration if nobody else did meanwhile. */
export const PutRuntimeConfigRequest = z
  .strictObject({ expectedVersion: z.int().min(0), value: RuntimeConfig })
  .meta({ id: 'PutRuntimeConfigRequest' });
export const RuntimeConfigVersion = z
  .object({ version: z.int(), author: z.string(), at: z.string(), value: RuntimeConfig })
  .meta({ id: 'RuntimeConfigVersion' });
export type RuntimeConfigVersion = z.infer<typeof RuntimeConfigVersion>;

/** `PUT /api/v1/mcp-servers/{name}`: one server of the runtime configuration. */
export const PutMcpServerRequest = z.strictObject({ server: McpServer }).meta({ id: 'PutMcpServerRequest' });

export const Tool = z
  .object({
    name: z.string(),
    server: z.string(),
    description: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    effect: Effect,
    idempotent: z.boolean(),
    pin: z.string().optional(),
    /** `changed` is refused, `unknown` is asked every time: nobody has accepted what it does. */
    acceptance: z.enum(['core', 'accepted', 'changed', 'unknown']),
    /** The most confidential thing its server may learn. */
    clearance: Confidentiality,
    /** True where a plain call of it runs without anybody being asked. */
    allowed: z.boolean(),
    reason: z.string(),
  })
  .meta({ id: 'Tool' });
export type Tool = z.infer<typeof Tool>;
export const ToolServer = z
  .object({
    server: z.string(),
    transport: z.enum(['core', 'stdio', 'http']),
    state: z.enum(['ready', 'starting', 'backing_off', 'failed', 'disabled']),
    lastError: z.string().optional(),
    toolCount: z.int(),
    confinement: z.enum(['in-process', 'sandboxed', 'unconfined', 'remote']),
    restarts: z.int(),
    since: z.string(),
    /** Where it was configured; only `runtime` ones can be changed here. */
    origin: z.enum(['core', 'file', 'runtime']),
  })
  .meta({ id: 'ToolServer' });
export type ToolServer = z.infer<typeof ToolServer>;
export const ToolList = z
  .object({ items: z.array(Tool), servers: z.array(ToolServer) })
  .meta({ id: 'ToolList' });
export type ToolList = z.infer<typeof ToolList>;

/** `GET /api/v1/status`: what `bakerst status`, doctor and the home page read. */
export const Status = z
  .object({
    version: z.string(),
    startedAt: z.string(),
    node: z.string(),
    dataFolder: z.string(),
    turns: z.object({ queued: z.int(), running: z.int(), parked: z.int() }),
    store: z.object({ ok: z.boolean(), detail: z.string(), bytes: z.int(), schemaVersion: z.int() }),
    audit: z.object({ assurance: z.string(), waiting: z.int(), lastError: z.string().optional() }),
    budget: z.object({
      key: z.string(),
      limitMicros: z.int(),
      spentMicros: z.int(),
      reservedMicros: z.int(),
      blocked: z.boolean(),
    }),
    model: z.object({ ref: z.string(), state: z.string(), detail: z.string().optional(), demo: z.boolean() }),
    toolServers: z.array(ToolServer),
    sandbox: z.object({ available: z.boolean(), detail: z.string(), remedy: z.string().optional() }),
    warnings: z.array(z.object({ code: z.string(), message: z.string(), remedy: z.string() })),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof Status>;
