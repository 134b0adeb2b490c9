import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';

/**
 * What nobody can do without: take the post, make it durable with one write and fdatasync, call the model, pass its
 * stream on. `node bench/turns/floor.ts <model origin> <folder>`
 */
const [model = '', folder = ''] = process.argv.slice(2);
const file = openSync(join(folder, 'floor.log'), 'a');
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = Buffer.concat(chunks);
    writeSync(file, body);
    fdatasyncSync(file);
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const upstream = request(`${model}/v1/chat/completions`, { method: 'POST', agent, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { 'content-type': 'text/event-stream' });
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.writeHead(502).end());
    upstream.end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ origin: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
