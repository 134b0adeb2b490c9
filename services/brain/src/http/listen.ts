import { setMaxListeners } from 'node:events';
import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { httpError } from './errors.ts';
import type { NodeBindings } from './exchange.ts';
import { problemOf } from './problem.ts';

export interface ListenOptions {
  readonly app: Hono<{ Bindings: NodeBindings }>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:4221`, with a name one can open where the bind address is a wildcard. */
  readonly url: string;
  /**
   * Stops accepting, ends event streams and waiting calls, lets requests in flight finish, and cuts what is left
   * after the deadline. Resolves when nothing is open any more.
   */
  close(deadlineMs?: number): Promise<void>;
}

/** Starts the server. @throws HttpError `port_in_use`, `address_unavailable` */
export async function listen(options: ListenOptions): Promise<Listening> {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const server = createAppServer(options.app, closing.signal);
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    host: options.host,
    port,
    url: `http://${openableHost(options.host)}:${port}`,
    close: (deadlineMs = 10_000) => {
      closing.abort();
      return closeServer(server, deadlineMs);
    },
  };
}

function createAppServer(app: ListenOptions['app'], closing: AbortSignal): Server {
  const handle = getRequestListener(
    (request, env) => app.fetch(request, { ...('incoming' in env ? env : {}), closing } as NodeBindings),
    {
      // The process has other users of Request and Response (MCP, fetch): they keep the platform's.
      overrideGlobalObjects: false,
      errorHandler: (error) => Response.json(malformedProblem(error), { status: 400, headers: PROBLEM_TYPE }),
    },
  );
  const server = createServer(
    { requestTimeout: 120_000, headersTimeout: 15_000, keepAliveTimeout: 30_000 },
    handle,
  );
  server.on('checkContinue', handle);
  server.on('clientError', (error: Error & { code?: string }, socket) => refuseRaw(error, socket));
  return server;
}

const PROBLEM_TYPE = {
  'content-type': 'application/problem+json; charset=utf-8',
  'cache-control': 'no-store',
};

function malformedProblem(cause: unknown) {
  const error = httpError({
    code: 'request_malformed',
    message: 'This is not a request that can be understood.',
    remedy: 'Check the request line and the Host header.',
    cause,
  });
  return problemOf(error, 'none');
}

/** Bytes that node's parser refuses never reach the app; they too get a problem, not an empty line. */
function refuseRaw(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = RAW_STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify({ ...malformedProblem(error), status, title: STATUS_CODES[status] });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const RAW_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function bind(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      reject(error.code === 'EADDRINUSE' ? portInUse(options, error) : addressUnavailable(options, error));
    };
    server.once('error', refuse);
    server.listen(options.port, options.host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function portInUse({ host, port }: ListenOptions, cause: Error): Error {
  return httpError({
    code: 'port_in_use',
    message: `Port ${port} on ${host} is in use.`,
    remedy:
      'Stop the other program (it may be Baker Street itself: `bakerst status`), or set another server.port.',
    cause,
  });
}

function addressUnavailable({ host, port }: ListenOptions, cause: Error): Error {
  return httpError({
    code: 'address_unavailable',
    message: `Cannot listen on ${host}:${port}: ${cause.message}.`,
    remedy: 'Set server.host to an address of this machine and server.port to one you may use (above 1023).',
    cause,
  });
}

async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A kept-alive connection turns idle when its answer is out; node only closes those idle at the call.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}

function openableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
