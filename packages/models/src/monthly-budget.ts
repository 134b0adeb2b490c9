import type { ModelInfo } from '@bakerst/shared/models';
import type { BudgetScope, MicroUsd } from '@bakerst/shared/money';
import type { Budget } from './budget.ts';
import { costOf, mostItMayCost } from './cost.ts';
import { priceRemedy } from './price-remedy.ts';

export interface BudgetParts {
  readonly limitMicros: MicroUsd;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** One limit for everything, per calendar month in UTC. */
export function createBudget({ limitMicros, now }: BudgetParts): Budget {
  const scopes = (): readonly BudgetScope[] => [
    { key: `global:${new Date(now()).toISOString().slice(0, 7)}`, limitMicros },
  ];
  return {
    hold(call, model, tokens) {
      if (model.unmetered) return { outcome: 'quoted', hold: { call, scopes: scopes(), micros: 0 } };
      if (model.price === undefined) return withoutPrice(model);
      const micros = mostItMayCost(model.price, tokens);
      return { outcome: 'quoted', hold: { call, scopes: scopes(), micros } };
    },
    settle(call, model, usage) {
      // A model that lost its price in between was held under one: nothing is known to charge by, and the hold of
      // an unpriced model is never granted, so only an unmetered one reaches the zero.
      if (model.unmetered || model.price === undefined) return { call, micros: 0 };
      return { call, micros: costOf(model.price, usage) };
    },
    scopes,
  };
}

function withoutPrice(model: ModelInfo) {
  return {
    outcome: 'refused',
    code: 'model_without_price',
    message: `${model.ref} has no price, so what a call may cost cannot be bounded.`,
    remedy: priceRemedy(model.ref),
  } as const;
}
