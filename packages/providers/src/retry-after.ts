type Headers = Readonly<Record<string, string | string[] | undefined>>;

const LONGEST_MS = 86_400_000;

/** How long the provider asks us to wait: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = toNumber(first(headers['retry-after-ms']));
  if (exact !== undefined) return bounded(exact);
  const text = first(headers['retry-after']);
  const seconds = toNumber(text);
  if (seconds !== undefined) return bounded(seconds * 1_000);
  const date = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function bounded(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms)));
}
