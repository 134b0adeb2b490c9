import { randomBytes } from 'node:crypto';

/**
 * Ids are UUIDv7 (RFC 9562, section 5.7) behind a type prefix: `turn_01890a5d-ac96-774b-bcce-b302099a8057`.
 * They sort by time of creation, also within one millisecond of one process.
 */
export const ID_PREFIXES = {
  principal: 'prn',
  token: 'tok',
  session: 'ses',
  conversation: 'conv',
  turn: 'turn',
  message: 'msg',
  step: 'step',
  modelCall: 'mc',
  toolCall: 'call',
  approval: 'apr',
  attachment: 'att',
  auditEvent: 'evt',
  runtimeConfig: 'cfg',
  note: 'note',
  stop: 'stop',
  grant: 'grant',
  request: 'req',
  brain: 'brain',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Makes ids of one kind. Pass a clock (epoch milliseconds) and a byte source to make them predictable. */
export type IdSource = (kind: IdKind) => string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True when `value` is a well-formed id of that kind; the cheap check at every edge. */
export function isId(kind: IdKind, value: unknown): value is string {
  const prefix = `${ID_PREFIXES[kind]}_`;
  return typeof value === 'string' && value.startsWith(prefix) && UUID.test(value.slice(prefix.length));
}

/** A monotonic id source: the 12 bits after the version count up within a millisecond. */
export function createIdSource(
  now: () => number = Date.now,
  bytes: (size: number) => Uint8Array = pooledRandomBytes(),
): IdSource {
  let lastMs = 0;
  let counter = 0;
  return (kind) => {
    const ms = now();
    if (ms > lastMs) {
      lastMs = ms;
      counter = (bytes(2)[0] ?? 0) << 2;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    return `${ID_PREFIXES[kind]}_${uuidV7(lastMs, counter, bytes(8))}`;
  };
}

function uuidV7(ms: number, counter: number, tail: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  const hex = Buffer.from(tail).toString('hex');
  const variant = ((Number.parseInt(hex.slice(0, 2), 16) & 0x3f) | 0x80).toString(16);
  const version = `7${counter.toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}${hex.slice(2, 4)}-${hex.slice(4, 16)}`;
}

const POOL_BYTES = 4_096;

/** The system's randomness, drawn in large pieces: a turn makes a dozen ids, and each draw is a system call. */
function pooledRandomBytes(): (size: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (size) => {
    if (used + size > pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}
