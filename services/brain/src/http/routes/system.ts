import { ModelList, Status, ToolList } from '@bakerst/shared/api/system';
import { ChangeEvent } from '@bakerst/shared/events';
import { subjects } from '@bakerst/shared/subjects';
import { z } from 'zod';
import type { EventStream } from '../event-stream.ts';
import { type Answer, type AuthedExchange, json, noContent } from '../exchange.ts';
import { type Route, route } from '../route.ts';
import { shownServers } from '../shown-servers.ts';
import { serverName } from './configuration.ts';

export const systemRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/models',
    id: 'listModels',
    tag: 'system',
    access: 'chat',
    summary: 'Models that can be chosen, and the chain of each role',
    answers: { 200: { description: 'Models', schema: ModelList } },
    handle: async ({ parts }) => json(200, await parts.models.list()),
  }),
  route({
    method: 'GET',
    path: '/api/v1/tools',
    id: 'listTools',
    tag: 'system',
    access: 'chat',
    summary: 'Tools the agent has, and the servers they come from',
    answers: { 200: { description: 'Tools', schema: ToolList } },
    handle: ({ parts, access }) => {
      const { items, servers } = parts.tools.list();
      return json(200, { items, servers: shownServers(servers, access) });
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tool-servers/:name/restart',
    id: 'restartToolServer',
    tag: 'system',
    access: 'config',
    summary: 'Start a tool server again at once',
    answers: { 204: { description: 'It is starting' } },
    handle: async ({ parts, param }) => {
      await parts.tools.restartServer(serverName(param('name')));
      return noContent();
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/status',
    id: 'readStatus',
    tag: 'system',
    access: 'authenticated',
    summary: 'How the brain and its parts are',
    answers: { 200: { description: 'Status', schema: Status } },
    handle: async ({ parts, access }) => {
      const status = await parts.status();
      return json(200, { ...status, toolServers: shownServers(status.toolServers, access) });
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/events',
    id: 'followChanges',
    tag: 'system',
    access: 'chat',
    summary: 'Hints as Server-Sent Events that something of mine changed and should be read again',
    description:
      'Each `changed` event is a hint, never a fact, and may be lost: read again after a reconnect.',
    answers: { 200: { description: 'The hints', mediaType: 'text/event-stream' } },
    errors: ['too_many_streams'],
    handle: followChanges,
  }),
  route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    id: 'readOpenApi',
    tag: 'system',
    access: 'authenticated',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    handle: ({ edge }) => json(200, edge.document()),
  }),
];

function followChanges({ parts, access, edge, credential }: AuthedExchange): Answer {
  return {
    kind: 'events',
    slot: edge.streams.enter(credential),
    run: (stream) =>
      writeChanges(stream, (handler) => parts.bus.subscribe(subjects.changes(access.principal), handler)),
  };
}

/** Pending hints of the same thing are one hint, so a slow reader holds one entry a thing, never a backlog. */
async function writeChanges(
  stream: EventStream,
  subscribe: (handler: (message: unknown) => void) => { unsubscribe(): void },
): Promise<void> {
  const pending = new Map<string, string>();
  let wake = (): void => undefined;
  const subscription = subscribe((message) => {
    const parsed = ChangeEvent.safeParse(message);
    if (!parsed.success || pending.size >= MAX_PENDING) return;
    pending.set(`${parsed.data.what} ${parsed.data.id}`, JSON.stringify(parsed.data));
    wake();
  });
  const aborted = (): void => wake();
  stream.signal.addEventListener('abort', aborted, { once: true });
  try {
    while (!stream.signal.aborted) {
      for (const [key, data] of pending) {
        pending.delete(key);
        await stream.write({ event: 'changed', data });
      }
      if (stream.signal.aborted || pending.size > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    subscription.unsubscribe();
  }
}

const MAX_PENDING = 1_000;
