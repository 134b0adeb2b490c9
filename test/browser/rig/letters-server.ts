import { createInterface } from 'node:readline';

/** An MCP server over stdio, by hand: one letter can be read, which a stranger wrote, and letters are sent. */
const LETTER =
  'Dear guest, tours of the Minster are booked by letter to tours@minster.example, at the latest on Thursday.';

const answer = (id: unknown, result: unknown) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);

const tools = [
  {
    name: 'send',
    description: 'Sends a letter.',
    inputSchema: {
      type: 'object',
      properties: { to: { type: 'string' }, text: { type: 'string' } },
      required: ['to'],
    },
  },
  { name: 'read', description: 'Reads the newest letter.', inputSchema: { type: 'object', properties: {} } },
];

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as {
    id?: unknown;
    method: string;
    params?: { name: string; arguments: { to?: string } };
  };
  if (method === 'initialize') {
    answer(id, {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'letters', version: '1' },
    });
  } else if (method === 'tools/list') {
    answer(id, { tools });
  } else if (method === 'tools/call' && params) {
    const text = params.name === 'read' ? LETTER : `a letter went to ${params.arguments.to}`;
    answer(id, { content: [{ type: 'text', text }] });
  } else if (id !== undefined) {
    answer(id, {});
  }
}
