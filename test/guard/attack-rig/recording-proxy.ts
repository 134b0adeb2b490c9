import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface RecordingProxy {
  readonly url: string;
  /** Names of the tools whose calls have arrived since the last look, in order. */
  take(): readonly string[];
}

/** Stands before an MCP server over HTTP, records which tools are called, and passes everything on. Ends with the test. */
export async function recordingProxy(
  t: TestContext,
  target: string,
  onCall: () => void = () => undefined,
): Promise<RecordingProxy> {
  const called: string[] = [];
  const server = createServer(async (from, to) => {
    const body = await bodyOf(from);
    const tool = calledTool(body);
    if (tool !== undefined) {
      called.push(tool);
      onCall();
    }
    passOn({ target, body }, from, to);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, take: () => called.splice(0) };
}

async function bodyOf(from: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of from) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function calledTool(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  const { method, params } = JSON.parse(body.toString('utf8')) as {
    method?: string;
    params?: { name?: string };
  };
  return method === 'tools/call' ? params?.name : undefined;
}

function passOn(
  { target, body }: { readonly target: string; readonly body: Buffer },
  from: IncomingMessage,
  to: ServerResponse,
): void {
  const { host: _host, ...headers } = from.headers;
  const onward = request(target, { method: from.method, headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    to.flushHeaders();
    answer.pipe(to);
  });
  onward.on('error', () => to.destroy());
  to.on('close', () => onward.destroy());
  onward.end(body);
}
