import {
  EffectiveSettings,
  PutMcpServerRequest,
  PutRuntimeConfigRequest,
  RuntimeConfigVersion,
} from '@bakerst/shared/api/system';
import { BootSettings, McpServers, RuntimeConfig } from '@bakerst/shared/settings';
import type { RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import { z } from 'zod';
import { json } from '../exchange.ts';
import { parseInput, type Route, route } from '../route.ts';

const CONFIG_BODY = 1_048_576;
const Version = z.object({ version: z.int() });

export const configurationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/config',
    id: 'readEffectiveConfig',
    tag: 'configuration',
    access: 'config',
    summary: 'Every effective setting and where it came from',
    answers: { 200: { description: 'Settings', schema: EffectiveSettings } },
    handle: ({ parts }) => json(200, parts.configuration.effective()),
  }),
  route({
    method: 'GET',
    path: '/api/v1/config/runtime',
    id: 'readRuntimeConfig',
    tag: 'configuration',
    access: 'config',
    summary: 'The runtime configuration in force; version 0 where none was written yet',
    answers: {
      200: {
        description: 'Its newest version',
        schema: z.object({ version: z.int(), value: RuntimeConfig }),
      },
    },
    handle: ({ parts }) => json(200, parts.configuration.runtime()),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/config/runtime',
    id: 'replaceRuntimeConfig',
    tag: 'configuration',
    access: 'config',
    summary: 'Replace the runtime configuration, if nobody else did meanwhile',
    body: { schema: PutRuntimeConfigRequest, limit: () => CONFIG_BODY },
    answers: { 200: { description: 'The version written', schema: Version } },
    errors: ['store_conflict', 'runtime_config_refused', 'model_unknown'],
    handle: async ({ parts, access, body }) =>
      json(200, await parts.configuration.replaceRuntime(access, body.expectedVersion, body.value)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/config/history',
    id: 'listRuntimeConfig',
    tag: 'configuration',
    access: 'config',
    summary: 'Former versions of the runtime configuration, newest first',
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answers: { 200: { description: 'Versions', schema: z.object({ items: z.array(RuntimeConfigVersion) }) } },
    handle: ({ parts, query }) =>
      json(200, { items: parts.configuration.history(query.limit).map(versionView) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/config/schema',
    id: 'readConfigSchema',
    tag: 'configuration',
    access: 'authenticated',
    summary: 'JSON Schemas of the configuration file and of the runtime configuration',
    answers: {
      200: {
        description: 'Schemas',
        schema: z.object({
          boot: z.record(z.string(), z.unknown()),
          runtime: z.record(z.string(), z.unknown()),
        }),
      },
    },
    handle: () =>
      json(200, {
        boot: z.toJSONSchema(BootSettings, { io: 'input' }),
        runtime: z.toJSONSchema(RuntimeConfig, { io: 'input' }),
      }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/mcp-servers/:name',
    id: 'putMcpServer',
    tag: 'configuration',
    access: 'config',
    summary: 'Add or change an MCP server of the runtime configuration',
    body: { schema: PutMcpServerRequest, limit: () => CONFIG_BODY },
    answers: { 200: { description: 'The version written', schema: Version } },
    errors: ['store_conflict', 'runtime_config_refused'],
    handle: async ({ parts, access, body, param }) => {
      const name = serverName(param('name'));
      return json(200, await parts.configuration.putMcpServer(access, name, body.server));
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/mcp-servers/:name',
    id: 'deleteMcpServer',
    tag: 'configuration',
    access: 'config',
    summary: 'Remove an MCP server from the runtime configuration',
    answers: { 200: { description: 'The version written', schema: Version } },
    errors: ['store_conflict', 'runtime_config_refused'],
    handle: async ({ parts, access, param }) =>
      json(200, await parts.configuration.deleteMcpServer(access, serverName(param('name')))),
  }),
];

function versionView(record: RuntimeConfigRecord): RuntimeConfigVersion {
  const { version, author, at } = record;
  // A former version may be of an older shape: defaults fill it, or it is shown as it was.
  return { version, author, at, value: parseInput(RuntimeConfig, record.value, 'stored configuration') };
}

/** @throws HttpError `invalid_request` */
export function serverName(name: string): string {
  return parseInput(McpServers.keyType, name, 'server name');
}
