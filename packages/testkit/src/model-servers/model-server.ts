import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constantResponder } from './constant-responder.ts';
import { pause, playAnswer } from './play-answer.ts';
import { type RecordedRequest, record } from './recorded-request.ts';
import type { Script, ScriptedReply, ScriptedRequest } from './script.ts';
import { countPromptTokens } from './strict-tokens.ts';
import type { Complaint, Wire, WireOptions } from './wire.ts';

export interface ModelServerOptions extends WireOptions {
  readonly port?: number;
  /** Requests with another credential are refused with 401. */
  readonly apiKey?: string;
  /** What the model list holds; a request for another model is refused with 404. Any model where it is left out. */
  readonly models?: readonly string[];
}

export interface ModelServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Oldest first; requests that were refused are here too. */
  readonly requests: readonly RecordedRequest[];
  /** Sockets that clients have opened so far. */
  connectionsMade(): number;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 67_108_864;

/** A model server on loopback that answers by script and refuses what the real API would refuse. */
export async function startModelServer(
  wire: Wire,
  script: Script,
  options: ModelServerOptions = {},
): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const stopping = new AbortController();
  const session: Session = { wire, script, options, requests, stopping: stopping.signal, replies: 0 };
  const constant =
    'constant' in script ? constantResponder(wire, script.constant, options.models) : undefined;
  const server = createServer((request, response) => {
    if (constant?.(request, response)) return;
    handle(session, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) refuse(session, response, { status: 500, type: 'api_error', message });
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    connectionsMade: () => connections,
    close: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Session {
  readonly wire: Wire;
  readonly script: Script;
  readonly options: ModelServerOptions;
  readonly requests: RecordedRequest[];
  readonly stopping: AbortSignal;
  replies: number;
}

async function handle(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { wire, options } = session;
  const text = await readBody(request);
  const { recorded, gone } = record(request, response, text);
  session.requests.push(recorded);
  const path = recorded.path.split('?')[0] ?? '';
  const refused = unauthorized(session, request);
  if (refused !== undefined) return refuse(session, response, refused);
  const document =
    request.method === 'GET' ? wire.documents(options.models ?? ['scripted'])[path] : undefined;
  if (document !== undefined) return sendJson(response, 200, document);
  if (request.method !== 'POST' || path !== wire.path) {
    return refuse(session, response, { status: 404, type: 'not_found_error', message: `No ${path} here.` });
  }
  const complaint = wire.checkHeaders(request.headers) ?? checkBody(session, recorded.body);
  if (complaint !== undefined) return refuse(session, response, complaint);
  const scripted = scriptedRequest(recorded, session.replies++);
  await answer(session, scripted, { response, gone: AbortSignal.any([gone, session.stopping]) });
}

async function answer(
  session: Session,
  scripted: ScriptedRequest,
  client: { readonly response: ServerResponse; readonly gone: AbortSignal },
): Promise<void> {
  const { response, gone } = client;
  const reply = await replyOf(session.script, scripted);
  switch (reply.kind) {
    case 'hang':
      return;
    case 'html':
      response.writeHead(reply.status ?? 200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>It works!</title>');
      return;
    case 'error': {
      const { status, message = 'scripted error', type = 'api_error', code } = reply;
      const own = { status, type, message, ...(code === undefined ? {} : { code }) };
      const body = reply.body ?? JSON.stringify(session.wire.errorBody(own));
      response.writeHead(status, { 'content-type': 'application/json', ...reply.headers });
      response.end(body);
      return;
    }
    case 'answer': {
      if (reply.startDelayMs !== undefined) await pause(reply.startDelayMs, gone);
      const streamOptions = scripted.body.stream_options;
      const context = {
        model: scripted.model,
        promptTokens: countPromptTokens(scripted.body),
        number: scripted.number,
        includeUsage: typeof streamOptions === 'object' && streamOptions !== null,
      };
      if (!scripted.stream) return sendJson(response, 200, session.wire.json(reply, context));
      await playAnswer(reply, session.wire.events(reply, context), { wire: session.wire, response, gone });
    }
  }
}

async function replyOf(script: Script, scripted: ScriptedRequest): Promise<ScriptedReply> {
  if (typeof script === 'function') return script(scripted);
  if ('constant' in script) return script.constant;
  return (
    script[scripted.number] ?? {
      kind: 'error',
      status: 500,
      message: `The script has ${script.length} replies; this is request ${scripted.number + 1}.`,
    }
  );
}

function unauthorized({ wire, options }: Session, request: IncomingMessage): Complaint | undefined {
  const given = wire.credential(request.headers);
  if (options.apiKey === undefined || given === options.apiKey) return undefined;
  return { status: 401, type: 'authentication_error', code: 'invalid_api_key', message: 'invalid api key' };
}

function checkBody({ wire, options }: Session, body: unknown): Complaint | undefined {
  const complaint = wire.checkBody(body, options);
  if (complaint !== undefined || options.models === undefined) return complaint;
  const model = (body as { readonly model: string }).model;
  if (options.models.includes(model)) return undefined;
  const message = `The model \`${model}\` does not exist`;
  return { status: 404, type: 'not_found_error', code: 'model_not_found', message };
}

function scriptedRequest(recorded: RecordedRequest, number: number): ScriptedRequest {
  const body = recorded.body as Readonly<Record<string, unknown>>;
  const messages = body.messages as readonly { readonly role: string; readonly content: unknown }[];
  const last = messages.at(-1);
  return {
    number,
    model: String(body.model),
    stream: body.stream === true,
    body,
    lastText: textOf(last?.content),
    answersTools: last?.role === 'tool' || JSON.stringify(last?.content ?? '').includes('"tool_result"'),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { readonly text?: string; readonly content?: unknown }) => part.text ?? textOf(part.content))
    .join('');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse({ wire }: Session, response: ServerResponse, complaint: Complaint): void {
  sendJson(response, complaint.status, wire.errorBody(complaint));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
