import type { Scope } from '@bakerst/shared/identity';
import type { z } from 'zod';
import { httpError } from './errors.ts';
import type { Answer, AuthedExchange, Exchange } from './exchange.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anybody, whoever holds a valid credential, or who holds this scope. */
export type RouteAccess = 'open' | 'authenticated' | Scope;

/** What a handler may answer with, for the document and for the tests that hold it to it. */
export interface RouteAnswer {
  readonly description: string;
  /** Absent: no body, or not JSON. */
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
}

export interface RouteBody<Body> {
  readonly schema: z.ZodType<Body>;
  /** Largest body in bytes under these settings. */
  readonly limit: (limits: BodyLimits) => number;
}

export interface BodyLimits {
  readonly messageBytes: number;
  readonly attachmentBytes: number;
}

interface RouteDescription {
  readonly method: Method;
  /** Hono's form: `/api/v1/turns/:id`. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** A longer word for the document, where the summary does not say it all. */
  readonly description?: string;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Probes are answered whatever an address does otherwise: a flood must not restart the pod. */
  readonly unlimited?: boolean;
  /** Codes this operation answers with, besides those every operation may. */
  readonly errors?: readonly string[];
  /** Request headers that mean something to this operation. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation: what the document says of it and what runs, in one place, so that they cannot differ. */
export interface Route extends RouteDescription {
  readonly access: RouteAccess;
  readonly query?: z.ZodType;
  readonly body?: { readonly schema: z.ZodType; readonly limit: RouteBody<unknown>['limit'] };
  /** A body that is not JSON is read by the handler itself; the document needs to know its types. */
  readonly rawBody?: { readonly mediaTypes: readonly string[]; readonly description: string };
  /** Parses query and body and runs the handler. */
  run(exchange: Exchange, input: RouteInput): Promise<Answer>;
}

/** What `run` reads on demand: nothing is read of a body before the caller is known. */
export interface RouteInput {
  readonly query: () => Record<string, string>;
  readonly json: (limit: number) => Promise<unknown>;
}

interface TypedRoute<Query, Body> extends RouteDescription {
  readonly query?: z.ZodType<Query>;
  readonly body?: RouteBody<Body>;
  readonly rawBody?: Route['rawBody'];
}

/** An operation for callers with a credential. */
export function route<Query = undefined, Body = undefined>(
  spec: TypedRoute<Query, Body> & {
    readonly access: Exclude<RouteAccess, 'open'>;
    readonly handle: (exchange: AuthedExchange<Query, Body>) => Promise<Answer> | Answer;
  },
): Route {
  return erase(spec, spec.access, (exchange) => {
    if (!isAuthed(exchange)) throw new Error(`${spec.id} was run without a credential.`);
    return spec.handle(exchange);
  });
}

/** An operation anybody may call. */
export function openRoute<Query = undefined, Body = undefined>(
  spec: TypedRoute<Query, Body> & {
    readonly handle: (exchange: Exchange<Query, Body>) => Promise<Answer> | Answer;
  },
): Route {
  return erase(spec, 'open', spec.handle);
}

function isAuthed<Query, Body>(exchange: Exchange<Query, Body>): exchange is AuthedExchange<Query, Body> {
  return 'access' in exchange && 'credential' in exchange;
}

function erase<Query, Body>(
  spec: TypedRoute<Query, Body>,
  access: RouteAccess,
  handle: (exchange: Exchange<Query, Body>) => Promise<Answer> | Answer,
): Route {
  const { query, body, rawBody, ...description } = spec;
  return {
    ...description,
    access,
    ...(query ? { query } : {}),
    ...(body ? { body } : {}),
    ...(rawBody ? { rawBody } : {}),
    async run(exchange, input) {
      const parsedQuery = query ? parseInput(query, input.query(), 'query') : undefined;
      const parsedBody = body
        ? parseInput(body.schema, await input.json(body.limit(exchange.parts.settings.limits)), 'body')
        : undefined;
      // `undefined` stands for a part the spec does not have: its type parameter is `undefined` then too.
      return handle({ ...exchange, query: parsedQuery as Query, body: parsedBody as Body });
    },
  };
}

/** @throws HttpError `invalid_request` that names each field. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.').slice(0, 200),
    message: issue.message.slice(0, 500),
  }));
  const first = fields[0];
  throw httpError({
    code: 'invalid_request',
    message: `The ${where} does not match: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'not understood'}.`,
    remedy: 'See the operation in /api/v1/openapi.json and correct the named fields.',
    fields,
  });
}
