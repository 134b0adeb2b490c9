import { isCoded } from '@bakerst/shared/coded-error';
import { ApiRefusal } from './errors.ts';

/** What scripts can rely on; `bakerst --help` lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
  waitsForApproval: 5,
  interrupted: 130,
} as const;

export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'failed; the reason and a remedy are on stderr'],
  [EXIT.usage, 'the command line does not make sense'],
  [EXIT.unreachable, 'no brain answers at its address'],
  [EXIT.denied, 'the token is missing, wrong or lacks a scope'],
  [EXIT.waitsForApproval, 'the turn waits for an approval'],
  [EXIT.interrupted, 'stopped by Ctrl-C'],
];

export function exitCodeOf(error: unknown): number {
  if (isCoded(error, 'cli_usage')) return EXIT.usage;
  if (isCoded(error, 'cli_unreachable')) return EXIT.unreachable;
  if (isCoded(error, 'cli_no_token')) return EXIT.denied;
  if (error instanceof ApiRefusal && (error.status === 401 || error.status === 403)) return EXIT.denied;
  if (error instanceof ApiRefusal && error.status === 503) return EXIT.unreachable;
  return EXIT.failed;
}
