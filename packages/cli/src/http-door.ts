import { Problem } from '@bakerst/shared/api/problem';
import { CodedError } from '@bakerst/shared/coded-error';
import { ApiRefusal, cliError } from './errors.ts';

export interface HttpDoor {
  /** Parsed JSON of a 2xx; `undefined` where it has no body. */
  json(request: ApiRequest): Promise<unknown>;
  /** The response of a 2xx, its body unread. */
  open(request: ApiRequest): Promise<Response>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange; `never` for streams, whose reader watches them itself. */
  readonly timeoutMs?: number | 'never';
  readonly signal?: AbortSignal;
  /** Goes on after Ctrl-C: it is what Ctrl-C has to say to the brain, and what the brain answers. */
  readonly outlivesInterrupt?: boolean;
}

export interface HttpDoorOptions {
  readonly baseUrl: string;
  readonly token: () => string;
  readonly fetch: typeof fetch;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/** The one place of the CLI that speaks HTTP. It follows no redirect: the token is for one address only. */
export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const open = async (request: ApiRequest): Promise<Response> => {
    const response = await send(options, request);
    if (!response.ok) throw await refusal(options.baseUrl, response);
    return response;
  };
  return {
    open,
    async json(request) {
      const response = await open(request);
      const text = await response.text();
      if (text === '') return undefined;
      return parseBody(options.baseUrl, text);
    },
  };
}

async function send(options: HttpDoorOptions, request: ApiRequest): Promise<Response> {
  const limit = request.timeoutMs ?? TIMEOUT_MS;
  const timeout = limit === 'never' ? undefined : AbortSignal.timeout(limit);
  const interrupt = request.outlivesInterrupt === true ? undefined : options.signal;
  const signals = [interrupt, timeout, request.signal].filter((signal) => signal !== undefined);
  try {
    return await options.fetch(options.baseUrl + request.path, {
      method: request.method,
      redirect: 'error',
      signal: AbortSignal.any(signals),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${options.token()}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  } catch (cause) {
    if (cause instanceof CodedError || interrupt?.aborted || request.signal?.aborted) throw cause;
    throw unreachable(options.baseUrl, cause);
  }
}

export function unreachable(baseUrl: string, cause: unknown): Error {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : undefined;
  const why =
    code ?? (inner instanceof Error && inner.name === 'TimeoutError' ? 'no answer in time' : 'no connection');
  return cliError({
    code: 'cli_unreachable',
    message: `The brain at ${baseUrl} does not answer (${why}).`,
    remedy: 'Start it with `bakerst up`, or check the address.',
    retryable: true,
    cause,
  });
}

async function refusal(baseUrl: string, response: Response): Promise<Error> {
  const text = await response.text();
  const problem = Problem.safeParse(parseBody(baseUrl, text));
  if (!problem.success) throw notABrain(baseUrl, `status ${response.status}`);
  const { status, code, detail, remedy, errors } = problem.data;
  const fields = (errors ?? []).map((field) => `${field.path}: ${field.message}`).join('; ');
  return new ApiRefusal({
    status,
    code,
    message: fields === '' ? detail : `${detail} ${fields}`,
    remedy,
    retryable: status === 429 || status === 503,
  });
}

function parseBody(baseUrl: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notABrain(baseUrl, 'its answer is not JSON', cause);
  }
}

export function notABrain(baseUrl: string, why: string, cause?: unknown): Error {
  return cliError({
    code: 'cli_bad_answer',
    message: `What answers at ${baseUrl} is not a brain that this CLI understands: ${why}.`,
    remedy: 'Check the address; use the CLI of the same release as the brain.',
    cause,
  });
}
