import type { UnitName } from '../units/all-units.ts';

/** Main thread to writer. */
export type ToWriter =
  | {
      readonly type: 'unit';
      readonly id: number;
      readonly unit: UnitName;
      readonly now: number;
      readonly input: unknown;
    }
  | { readonly type: 'close' };

/** Writer to main thread: one message for a whole batch, sent after its commit is on disk. */
export type FromWriter =
  | { readonly type: 'opened' }
  | { readonly type: 'failed_to_open'; readonly error: ErrorFields }
  | { readonly type: 'committed'; readonly answers: readonly Answer[] }
  | { readonly type: 'closed' };

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorFields };

/** An error as it crosses the thread: classes do not. */
export interface ErrorFields {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly retryable: boolean;
}
