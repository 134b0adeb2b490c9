import { type ApiRequest, type HttpDoor, notABrain } from './http-door.ts';

/** Where answers come from, and what they are called in errors. */
export interface Source {
  readonly door: HttpDoor;
  readonly baseUrl: string;
}

export interface Schema<T> {
  safeParse(
    raw: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
}

/**
 * One operation of `/api/v1`, its answer parsed.
 * @throws CodedError `cli_bad_answer` where something else than a brain of this release answers.
 */
export async function readAnswer<T>(
  schema: Schema<T>,
  request: ApiRequest,
  { door, baseUrl }: Source,
): Promise<T> {
  const raw = await door.json({ ...request, path: `/api/v1${request.path}` });
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw notABrain(baseUrl, `${request.method} /api/v1${request.path} says something else`, parsed.error);
}

/** The same for a list: each of its `items` parsed. */
export async function readItems<T>(
  schema: Schema<T>,
  request: ApiRequest,
  { door, baseUrl }: Source,
): Promise<readonly T[]> {
  const raw = await door.json({ ...request, path: `/api/v1${request.path}` });
  const items: unknown = Object(raw).items;
  const parsed = Array.isArray(items) ? items.map((item) => schema.safeParse(item)) : [];
  if (!Array.isArray(items) || parsed.some((item) => !item.success)) {
    throw notABrain(baseUrl, `${request.method} /api/v1${request.path} is not a list`);
  }
  return parsed.flatMap((item) => (item.success ? [item.data] : []));
}

/** An id in a path: whatever was typed stays one segment. */
export function part(id: string): string {
  return encodeURIComponent(id === '.' || id === '..' ? `_${id}` : id);
}

export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) search.set(key, String(value));
  return `?${search}`;
}
