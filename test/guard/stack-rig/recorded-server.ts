/**
 * An MCP server over stdio that answers as a recorded world did: `node recorded-server.ts <world.json> <record.jsonl>`.
 * The world is read anew at every call, so that a test can exchange it. It imports nothing of the project.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface RecordedAnswer {
  readonly tool: string;
  readonly arguments: unknown;
  readonly result: unknown;
}

interface RecordedWorld {
  readonly tools: readonly unknown[];
  readonly answers: readonly RecordedAnswer[];
}

const [worldFile = '', recordFile = ''] = process.argv.slice(2);

createInterface({ input: process.stdin }).on('line', (line) => {
  appendFileSync(recordFile, `${line}\n`);
  const {
    id,
    method,
    params = {},
  } = JSON.parse(line) as {
    readonly id?: number;
    readonly method?: string;
    readonly params?: { readonly name?: string; readonly arguments?: unknown };
  };
  if (id === undefined || method === undefined) return;
  const world = JSON.parse(readFileSync(worldFile, 'utf8')) as RecordedWorld;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: answer(world, method, params) })}\n`);
});

function answer(
  world: RecordedWorld,
  method: string,
  params: { name?: string; arguments?: unknown },
): unknown {
  if (method === 'initialize')
    return {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'recorded', version: '1' },
    };
  if (method === 'tools/list') return { tools: world.tools };
  if (method !== 'tools/call') return {};
  const wanted = JSON.stringify(sorted(params.arguments ?? {}));
  const found = world.answers.find(
    (one) => one.tool === params.name && JSON.stringify(sorted(one.arguments)) === wanted,
  );
  return found?.result ?? { content: [{ type: 'text', text: 'Nothing was found.' }] };
}

/** The same arguments in the same order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, sorted(member)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
