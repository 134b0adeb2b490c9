import { offline, readProblem } from './api-error.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly json?: unknown;
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const ROOT = '/api/v1/';

/** One call of the API. Types are the API's own; the server validated what it sends, so nothing is parsed twice. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  return (await response.json()) as T;
}

/** The same, for answers that are not JSON: files and event streams. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', json, body, headers, signal } = options;
  const init: RequestInit = { method, headers: { accept: 'application/json', ...headers } };
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers = { 'content-type': 'application/json', ...init.headers };
  } else if (body !== undefined) {
    init.body = body;
  }
  if (signal !== undefined) init.signal = signal;
  const response = await fetch(ROOT + path, init).catch((cause: unknown) => {
    throw signal?.aborted ? signal.reason : offline(cause);
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}

export function query(params: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** `crypto.randomUUID` is missing on plain HTTP outside localhost; this works everywhere. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
