import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CompletionRequest } from './completion-request.ts';
import { CompletionWriter } from './completion-writer.ts';
import type { LanguageModel } from './language-model.ts';
import type { ServerLogEntry } from './server-log.ts';

export interface CompletionServerOptions {
  readonly model: LanguageModel;
  readonly name: string;
  readonly now: () => number;
  readonly log: (entry: ServerLogEntry) => void;
}

const BODY_LIMIT_BYTES = 4_194_304;
/** Nobody waits for the answer any more. */
const HUNG_UP = Symbol('hung up');

interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
}

/** Chat Completions over one model: streamed and not, without tools. The caller listens and closes. */
export function createCompletionServer(options: CompletionServerOptions): Server {
  return createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else refuse(response, { status: 500, code: null, message });
    });
  });
}

async function serve(
  options: CompletionServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method === 'GET' && path === '/v1/models') {
    const data = [{ id: options.name, object: 'model', created: 0, owned_by: 'test' }];
    return sendJson(response, 200, { object: 'list', data });
  }
  if (request.method !== 'POST' || path !== '/v1/chat/completions') {
    return refuse(response, {
      status: 404,
      code: 'unknown_url',
      message: `Unknown: ${request.method} ${path}`,
    });
  }
  const body = parseBody(await readBody(request));
  if ('refusal' in body) return refuse(response, body.refusal);
  if (body.request.model !== options.name) {
    const message = `The model ${body.request.model} does not exist; this is ${options.name}.`;
    return refuse(response, { status: 404, code: 'model_not_found', message });
  }
  await complete(options, body.request, response);
}

async function complete(
  { model, name, now, log }: CompletionServerOptions,
  request: CompletionRequest,
  response: ServerResponse,
): Promise<void> {
  const { contextTokens } = model;
  const prompt = model.read(request.messages);
  const counted = { promptTokens: prompt.length, contextTokens };
  // The answer needs room for one token at least.
  if (prompt.length >= contextTokens) {
    log({ event: 'refused', ...counted });
    const message = `This model's maximum context length is ${contextTokens} tokens. However, your messages resulted in ${prompt.length} tokens.`;
    return refuse(response, { status: 400, code: 'context_length_exceeded', message });
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort(HUNG_UP));
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? contextTokens;
  const writer = new CompletionWriter(response, { request, name, created: Math.floor(now() / 1_000) });
  try {
    const answer = await model.answer({
      prompt,
      maxTokens: Math.min(wanted, contextTokens - prompt.length),
      temperature: request.temperature ?? 0,
      onText: (text) => writer.write(text),
      signal: gone.signal,
    });
    log({ event: 'answered', ...counted, ...answer });
    writer.end({ promptTokens: prompt.length, ...answer });
  } catch (error) {
    if (error !== HUNG_UP) throw error;
    log({ event: 'stopped', ...counted });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(body: string): { readonly request: CompletionRequest } | { readonly refusal: Refusal } {
  const invalid = (message: string) => ({ refusal: { status: 400, code: null, message } });
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return invalid(`The body is not JSON, or larger than ${BODY_LIMIT_BYTES} bytes.`);
  }
  const parsed = CompletionRequest.safeParse(json);
  if (parsed.success) return { request: parsed.data };
  const [issue] = parsed.error.issues;
  return invalid(`${issue?.path.join('.')}: ${issue?.message}`);
}

function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  const type = status < 500 ? 'invalid_request_error' : 'api_error';
  sendJson(response, status, { error: { message, type, param: null, code } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
