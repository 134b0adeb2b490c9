import { Agent, request } from 'node:http';

export interface Timed {
  /** Until the first byte of the answer's text. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What marks the first token in the stream. */
  readonly token: string;
  /** What must stand in a complete answer. */
  readonly complete: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Posts and reads the stream to its end. @throws Error where the answer is not complete. */
export function post(target: Target): Promise<Timed> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(target.body),
      ...target.headers,
    };
    const outgoing = request(target.url, { method: 'POST', agent, headers }, (incoming) => {
      let text = '';
      let firstTokenMs = 0;
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
        if (firstTokenMs === 0 && text.includes(target.token)) firstTokenMs = performance.now() - from;
      });
      incoming.on('end', () => {
        if (incoming.statusCode === 200 && text.includes(target.complete)) {
          resolve({ firstTokenMs, totalMs: performance.now() - from });
        } else reject(new Error(`${target.url}: ${incoming.statusCode} ${text.slice(0, 300)}`));
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(target.body);
  });
}

export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly firstP50: number;
}

/** `count` posts by `callers` at once. */
export async function measure(
  make: () => Target,
  load: { readonly count: number; readonly callers: number },
): Promise<Figures> {
  const times: Timed[] = [];
  let left = load.count;
  const from = performance.now();
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      times.push(await post(make()));
    }
  };
  await Promise.all(Array.from({ length: load.callers }, caller));
  const seconds = (performance.now() - from) / 1_000;
  return {
    perSecond: Math.round(times.length / seconds),
    p50: quantile(
      times.map((time) => time.totalMs),
      0.5,
    ),
    p99: quantile(
      times.map((time) => time.totalMs),
      0.99,
    ),
    firstP50: quantile(
      times.map((time) => time.firstTokenMs),
      0.5,
    ),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1_000) / 1_000;
}
