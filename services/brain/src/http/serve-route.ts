import { CodedError } from '@bakerst/shared/coded-error';
import type { Context } from 'hono';
import { identifyCaller, requireScope } from './authorize.ts';
import { addressKey } from './client-address.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { Edge } from './edge.ts';
import { HttpError, httpError } from './errors.ts';
import type { Answer, Exchange, NodeBindings } from './exchange.ts';
import { openAiErrorBody } from './openai/error-body.ts';
import { parseJson } from './parse-json.ts';
import type { AppParts } from './parts.ts';
import { problemOf, statusOf } from './problem.ts';
import { type RateLimiter, rateHeaders } from './rate-limiter.ts';
import { readBody } from './read-body.ts';
import type { Route, RouteInput } from './route.ts';
import { checkSite, type RequestSite } from './site-check.ts';

export type AppContext = Context<{ Bindings: NodeBindings }>;

/** The way of every request: host, origin, who, how often, may they, what did they send, do it, answer. */
export interface RequestPipeline {
  serve(c: AppContext, route: Route): Promise<Response>;
  /** For what is no route: the same checks of host and origin, then `answer`. */
  serveOther(c: AppContext, options: OtherAnswer): Promise<Response>;
}

export interface OtherAnswer {
  readonly label: string;
  /** A link from another site may open it. */
  readonly navigation: boolean;
  readonly answer: () => Promise<Answer> | Answer;
}

export function createPipeline(parts: AppParts, edge: Edge): RequestPipeline {
  const run = async (
    c: AppContext,
    label: string,
    work: (request: string, headers: Record<string, string>) => Promise<Answer>,
  ): Promise<Response> => {
    const startedAt = performance.now();
    const request = parts.ids('request');
    const headers: Record<string, string> = { 'x-request-id': request };
    const delivery: Delivery = { bindings: c.env ?? {}, now: parts.now, method: c.req.method, headers };
    let status = 200;
    try {
      const answer = await work(request, headers);
      if (answer.kind !== 'events') status = answer.status;
      const response = await deliver(answer, delivery);
      parts.metrics.request(
        label,
        status,
        answer.kind === 'events' ? undefined : performance.now() - startedAt,
      );
      return response;
    } catch (error) {
      status = statusOf(error);
      logFailure(parts, error, { request, label, status, path: c.req.path });
      parts.metrics.request(label, status, performance.now() - startedAt);
      return deliver(errorAnswer(error, request, c.req.path), delivery);
    }
  };
  return {
    serve: (c, route) =>
      run(c, `${route.method} ${route.path}`, async (request, headers) => {
        const exchange = enter(parts, edge, { c, route, request, headers });
        return route.run(exchange, inputOf(c));
      }),
    serveOther: (c, options) =>
      run(c, options.label, async (_request, headers) => {
        edge.checkHost(c.req.header('host') ?? hostOf(c));
        checkSite(siteOf(c), options.navigation);
        countRequest(edge.perAddress, addressKey(addressOf(c, edge).address), headers);
        return options.answer();
      }),
  };
}

interface Entry {
  readonly c: AppContext;
  readonly route: Route;
  readonly request: string;
  readonly headers: Record<string, string>;
}

/** All that is decided before a byte of the body is read. */
function enter(parts: AppParts, edge: Edge, entry: Entry): Exchange {
  const { c, route } = entry;
  const host = c.req.header('host') ?? hostOf(c);
  edge.checkHost(host);
  const site = siteOf(c);
  checkSite(site, false);
  const { address: clientAddress, trustedPeer } = addressOf(c, edge);
  const secure = trustedPeer && c.req.header('x-forwarded-proto') === 'https';
  const exchange: Exchange = {
    parts,
    edge,
    request: entry.request,
    method: c.req.method,
    clientAddress,
    host,
    secure,
    query: undefined,
    body: undefined,
    header: (name) => c.req.header(name),
    param: (name) => c.req.param(name) ?? '',
    leaving: () => leavingSignal(c),
    readBytes: (limit) => readBody(bodySource(c), limit),
  };
  const key = addressKey(clientAddress);
  if (route.access === 'open') {
    if (!route.unlimited) countRequest(edge.perAddress, key, entry.headers);
    return exchange;
  }
  const caller = identifyCaller(parts, edge, {
    authorization: c.req.header('authorization'),
    cookie: c.req.header('cookie'),
    secure,
    addressKey: key,
    site,
  });
  countRequest(edge.perCredential, caller.credential.id, entry.headers);
  requireScope(caller.access, route.access);
  return { ...exchange, ...caller };
}

function countRequest(limiter: RateLimiter, key: string, headers: Record<string, string>): void {
  const decision = limiter.take(key);
  Object.assign(headers, rateHeaders(limiter.policy, decision));
  if (decision.allowed) return;
  throw httpError({
    code: 'rate_limited',
    message: `More than ${limiter.policy.quota} requests in a minute.`,
    remedy: 'Wait as long as Retry-After says, or raise limits.requestsPerMinute in the configuration file.',
    retryable: true,
  });
}

function inputOf(c: AppContext): RouteInput {
  return {
    query: () => c.req.query(),
    json: async (limit) => {
      requireJson(c.req.header('content-type'));
      const bytes = await readBody(bodySource(c), limit);
      if (bytes.length > 0) return parseJson(bytes);
      throw httpError({
        code: 'body_missing',
        message: 'The request has no body.',
        remedy: 'Send a JSON body as /api/v1/openapi.json describes.',
      });
    },
  };
}

/** Also a wall: another site's form cannot send this type without a preflight, which is never answered. */
function requireJson(type: string | undefined): void {
  if (type !== undefined && /^application\/json *(;|$)/i.test(type.trim())) return;
  throw httpError({
    code: 'media_type_refused',
    message: 'The body is not declared as application/json.',
    remedy: 'Send `Content-Type: application/json`.',
  });
}

function bodySource(c: AppContext) {
  return {
    declaredLength: c.req.header('content-length'),
    incoming: c.env?.incoming,
    outgoing: c.env?.outgoing,
    web: () => c.req.raw.body,
  };
}

function siteOf(c: AppContext): RequestSite {
  return {
    method: c.req.method,
    host: c.req.header('host') ?? hostOf(c),
    origin: c.req.header('origin'),
    fetchSite: c.req.header('sec-fetch-site'),
    fetchMode: c.req.header('sec-fetch-mode'),
  };
}

/** Under `app.request()` there is no Host header; its URL says the same. */
function hostOf(c: AppContext): string {
  return new URL(c.req.url).host;
}

function socketAddress(c: AppContext): string {
  return c.env?.incoming?.socket.remoteAddress ?? '127.0.0.1';
}

function addressOf(c: AppContext, edge: Edge) {
  return edge.clientAddress(socketAddress(c), c.req.header('x-forwarded-for'));
}

function leavingSignal(c: AppContext): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  const { outgoing, closing } = c.env ?? {};
  outgoing?.once('close', () => {
    closing?.removeEventListener('abort', abort);
    abort();
  });
  closing?.addEventListener('abort', abort, { once: true });
  if (outgoing?.destroyed || closing?.aborted) abort();
  return gone.signal;
}

function errorAnswer(error: unknown, request: string, path: string): Answer {
  const problem = problemOf(error, request);
  const extra = error instanceof HttpError ? error.headers : retryHeaders(error, problem.status);
  if (path === '/v1' || path.startsWith('/v1/')) {
    return {
      kind: 'json',
      status: problem.status,
      body: openAiErrorBody(problem),
      ...(extra ? { headers: extra } : {}),
    };
  }
  const headers = { 'content-type': 'application/problem+json; charset=utf-8', ...extra };
  return { kind: 'json', status: problem.status, body: problem, headers };
}

function retryHeaders(error: unknown, status: number): Record<string, string> | undefined {
  return status === 503 && error instanceof CodedError && error.retryable
    ? { 'retry-after': '2' }
    : undefined;
}

function logFailure(
  parts: AppParts,
  error: unknown,
  about: { request: string; label: string; status: number; path: string },
): void {
  const { request, label, status } = about;
  if (status >= 500) parts.log.error({ err: error, request, route: label, status }, 'a request failed');
  else
    parts.log.debug(
      { request, route: label, status, code: problemOf(error, request).code },
      'a request was refused',
    );
}
