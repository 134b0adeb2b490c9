import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';

export interface LogOptions {
  readonly home: string;
  readonly level: string;
  /** Shows warnings and errors to the person at the terminal, as one line each. */
  readonly show: (line: string) => void;
}

/** At this size the log is put aside as `brain.log.1` at the next start. */
const ROTATE_BYTES = 20_971_520;
const WARN = 40;

/** Structured JSON lines in `<home>/logs/brain.log`, mode 0600. Credentials never get there. */
export function openLog({ home, level, show }: LogOptions): {
  readonly log: Logger;
  readonly close: () => Promise<void>;
} {
  const folder = join(home, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'brain.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, 'a', 0o600);
  const write = (line: string) => {
    try {
      writeSync(descriptor, line);
    } catch (error) {
      // A full disk must not stop the brain because of its log.
      show(`The log cannot be written: ${String(error)}`);
    }
    const shown = shownLine(line);
    if (shown) show(shown);
  };
  const redact = [
    'req.headers.authorization',
    'req.headers.cookie',
    '*.authorization',
    '*.apiKey',
    '*.token',
    '*.secret',
  ];
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, { write });
  return { log, close: async () => closeSync(descriptor) };
}

function shownLine(line: string): string | undefined {
  const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { message?: string } };
  if (level < WARN) return undefined;
  const cause = err?.message && err.message !== msg ? ` (${err.message})` : '';
  return `${level > WARN ? 'error' : 'warning'}: ${msg ?? ''}${cause}`;
}
