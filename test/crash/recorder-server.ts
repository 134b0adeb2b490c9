import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * An MCP server over stdio, by hand, whose one tool has an effect that stays: a line in a file outside the platform.
 * `node recorder-server.ts <file>`; the file is what the test counts.
 */
const [file = ''] = process.argv.slice(2);

const answer = (id: unknown, result: unknown) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as {
    id?: unknown;
    method: string;
    params?: { name: string; arguments: { key: string } };
  };
  if (method === 'initialize') {
    answer(id, {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'recorder', version: '1' },
    });
  } else if (method === 'tools/list') {
    const inputSchema = { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] };
    answer(id, { tools: [{ name: 'record', description: 'Records a key.', inputSchema }] });
  } else if (method === 'tools/call' && params) {
    appendFileSync(file, `${params.arguments.key}\n`);
    answer(id, { content: [{ type: 'text', text: `recorded ${params.arguments.key}` }] });
  } else if (id !== undefined) {
    answer(id, {});
  }
}
