import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createCompletionServer } from './completion-server.ts';
import { loadLanguageModel } from './language-model.ts';
import type { ServerLogEntry } from './server-log.ts';

/**
 * The process of the small model; `startSmallModel` starts it. It logs to stdout and ends when stdin does: whoever
 * started it may be killed, and then nobody else would end it.
 */
const { values } = parseArgs({
  options: {
    runtime: { type: 'string', default: '' },
    weights: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    context: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
  },
});
for (const event of ['end', 'error'] as const) process.stdin.once(event, () => process.exit(0));
process.stdin.resume();
process.stdout.once('error', () => process.exit(0));

const log = (entry: ServerLogEntry): void => {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
};
const { runtime, weights, name, context, port } = values;
const model = await loadLanguageModel({ runtime, weights, contextTokens: Number(context) });
const server = createCompletionServer({ model, name, now: Date.now, log });
server.listen(Number(port), '127.0.0.1', () => {
  log({ event: 'listening', port: (server.address() as AddressInfo).port });
});
