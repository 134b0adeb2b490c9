import type { Status } from '@bakerst/shared/api/system';
import type { CliParts } from '../command.ts';

export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly remedy?: string;
  /** Shown in red also as a warning: something runs without walls. */
  readonly alarming?: boolean;
  /** Mends it, where that is safe to do without asking. Says what it did. */
  readonly fix?: () => Promise<string>;
}

/** What the checks look at: this machine, and the brain's own account of itself where it answers. */
export interface Surroundings {
  readonly parts: CliParts;
  readonly status: Status | undefined;
  /** Why there is no status. */
  readonly unreachable: { readonly message: string; readonly remedy: string } | undefined;
  /** The brain's clock minus ours, in milliseconds. */
  readonly clockSkewMs: number | undefined;
}

/** Looks at one thing. What it throws becomes a failed check. */
export type Check = (around: Surroundings) => CheckResult[] | Promise<CheckResult[]>;
