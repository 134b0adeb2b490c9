import { z } from 'zod';

/** Money is integer micro-dollars (1 USD = 1,000,000). Prices are micro-dollars per million tokens. */
export const MicroUsd = z.int();
export type MicroUsd = number;

/** A reservation made before a model call; settled by the same call id with what was really used. */
export interface Hold {
  readonly call: string;
  readonly scopes: readonly BudgetScope[];
  readonly micros: MicroUsd;
}

/** A limit under which money is held. `key` names the period too: `global:2026-11`. */
export interface BudgetScope {
  readonly key: string;
  readonly limitMicros: MicroUsd;
}

export interface Settlement {
  readonly call: string;
  readonly micros: MicroUsd;
}

export interface BudgetState {
  readonly key: string;
  readonly limitMicros: MicroUsd;
  readonly spentMicros: MicroUsd;
  readonly reservedMicros: MicroUsd;
  /** Set when settled use went above its hold and past the limit: nothing is granted until covered. */
  readonly blocked: boolean;
}

export function formatUsd(micros: MicroUsd): string {
  const usd = micros / 1_000_000;
  if (micros === 0) return '$0';
  return usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${usd.toFixed(6).replace(/0+$/, '')}`;
}
