import type { Usage } from '@bakerst/shared/content';
import type { ModelInfo } from '@bakerst/shared/models';
import type { BudgetScope, Hold, Settlement } from '@bakerst/shared/money';

/**
 * Bounds every model call in money. `hold` is pure arithmetic; the store grants or refuses it in the transaction
 * that records `model_started`, and settles it in the one that records `model_ended` (law: held before spent).
 */
export interface Budget {
  /** Upper bound of what the call may cost: estimated input at its dearest price, the whole output. */
  hold(
    call: string,
    model: ModelInfo,
    tokens: { readonly input: number; readonly maxOutput: number },
  ): HoldQuote;
  /** What the reported usage costs, summed exactly and rounded up once. */
  settle(call: string, model: ModelInfo, usage: Usage): Settlement;
  /** The scopes in force now, e.g. `global:2026-11`. */
  scopes(): readonly BudgetScope[];
}

export type HoldQuote =
  | { readonly outcome: 'quoted'; readonly hold: Hold }
  | {
      readonly outcome: 'refused';
      readonly code: 'model_without_price';
      readonly message: string;
      readonly remedy: string;
    };
