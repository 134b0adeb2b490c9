/**
 * An MCP server over stdio that misbehaves in one chosen way: `node server.ts <mode>`. JSON-RPC is written by hand,
 * because a library would not let it. It imports nothing of the project, so that it runs in a sandbox that sees
 * only this folder.
 */
import { createInterface } from 'node:readline';
import { MISBEHAVIOURS, type Reply } from './misbehaviours.ts';

const behaviour = MISBEHAVIOURS[process.argv[2] ?? ''];
if (!behaviour) {
  process.stderr.write(`unknown mode; one of: ${Object.keys(MISBEHAVIOURS).join(', ')}\n`);
  process.exit(2);
}

const reply: Reply = {
  raw: (line) => process.stdout.write(`${line}\n`),
  notify: (method, params) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`),
  ask: (id, method, params) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`),
};

behaviour.start?.(reply);

createInterface({ input: process.stdin }).on('line', (line) => {
  const message: unknown = JSON.parse(line);
  if (typeof message !== 'object' || message === null) return;
  const { id, method, params } = message as {
    id?: unknown;
    method?: string;
    params?: Record<string, unknown>;
  };
  if (method === undefined) return behaviour.answered?.(message);
  if (id === undefined) return behaviour.notified?.(method, params ?? {}, reply);
  const result = behaviour.requests(method, params ?? {}, reply);
  if (result !== undefined) reply.raw(JSON.stringify({ jsonrpc: '2.0', id, ...result }));
});
