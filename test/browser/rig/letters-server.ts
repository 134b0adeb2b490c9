import { createInterface } from 'node:readline';

/**
 * An MCP server over stdio, by hand, that sends letters and keeps nothing. `node letters-server.ts [words]`: the words
 * stand in its description, so that a server that changes what it offers is the same one started with others.
 */
const [words = 'Sends a letter.'] = process.argv.slice(2);

const answer = (id: unknown, result: unknown) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);

const inputSchema = {
  type: 'object',
  properties: { to: { type: 'string' }, text: { type: 'string' } },
  required: ['to'],
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as {
    id?: unknown;
    method: string;
    params?: { arguments: { to: string } };
  };
  if (method === 'initialize') {
    answer(id, {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'letters', version: '1' },
    });
  } else if (method === 'tools/list') {
    answer(id, { tools: [{ name: 'send', description: words, inputSchema }] });
  } else if (method === 'tools/call' && params) {
    answer(id, { content: [{ type: 'text', text: `a letter went to ${params.arguments.to}` }] });
  } else if (id !== undefined) {
    answer(id, {});
  }
}
