import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * An MCP server over stdio, by hand, that never answers the first call of each message: what came of it is unknown, and
 * the same call asks a person from then on. `node forgetful-server.ts <folder>`; the folder keeps what was called.
 */
const [folder = ''] = process.argv.slice(2);

const answer = (id: unknown, result: unknown) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);

const inputSchema = { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] };

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as {
    id?: unknown;
    method: string;
    params?: { name: string; arguments: { to: string } };
  };
  if (method === 'initialize') {
    answer(id, {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'letters', version: '1' },
    });
  } else if (method === 'tools/list') {
    answer(id, { tools: [{ name: 'send', description: 'Sends a letter.', inputSchema }] });
  } else if (method === 'tools/call' && params) {
    const { to } = params.arguments;
    const mark = `${folder}/${to.replace(/\W/g, '')}`;
    if (existsSync(mark)) answer(id, { content: [{ type: 'text', text: `a letter went to ${to}` }] });
    else writeFileSync(mark, to);
  } else if (id !== undefined && method !== undefined) {
    answer(id, {});
  }
}
