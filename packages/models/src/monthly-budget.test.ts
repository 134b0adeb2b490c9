import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelInfo } from '@bakerst/shared/models';
import { BootSettings } from '@bakerst/shared/settings';
import { createCatalog } from './catalog.ts';
import { createBudget } from './monthly-budget.ts';

const model: ModelInfo = {
  ref: 'anthropic/x',
  contextWindow: 10_000,
  maxOutputTokens: 1_000,
  accepts: ['text'],
  tools: true,
  unmetered: false,
  price: { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000, source: 'test' },
};
const at = (iso: string) => createBudget({ limitMicros: 10_000_000, now: () => Date.parse(iso) });

describe('the monthly budget', () => {
  it('holds the dearest input price and the whole output under the month in UTC', () => {
    const quote = at('2026-11-30T23:59:59Z').hold('mc_1', model, { input: 1_000, maxOutput: 100 });
    assert.deepEqual(quote, {
      outcome: 'quoted',
      hold: {
        call: 'mc_1',
        micros: 3_750 + 1_500,
        scopes: [{ key: 'global:2026-11', limitMicros: 10_000_000 }],
      },
    });
    assert.equal(at('2026-12-01T00:00:00Z').scopes()[0]?.key, 'global:2026-12');
  });

  it('refuses a model without a price with a line that gives it one', () => {
    const { price: _, ...unpriced } = model;
    const quote = at('2026-11-01T00:00:00Z').hold('mc_1', unpriced, { input: 1, maxOutput: 1 });
    assert.equal(quote.outcome === 'refused' && quote.code, 'model_without_price');
    const remedy = quote.outcome === 'refused' ? quote.remedy : '';
    assert.doesNotMatch(remedy, /\n/);
    // What it tells the operator to add is accepted as it stands, and the model then has a price.
    const settings = BootSettings.parse(JSON.parse(remedy.slice(remedy.indexOf('{'))));
    const catalog = createCatalog({ providers: new Map(), operator: settings.models.catalog });
    assert.equal(catalog.find('anthropic/x')?.price?.source, 'operator');
  });

  it('holds and charges nothing for an unmetered model', () => {
    const budget = at('2026-11-01T00:00:00Z');
    const free = { ...model, unmetered: true };
    const quote = budget.hold('mc_1', free, { input: 1_000, maxOutput: 1_000 });
    assert.equal(quote.outcome === 'quoted' && quote.hold.micros, 0);
    const used = { inputTokens: 5, outputTokens: 5, cacheReadTokens: 5, cacheWriteTokens: 5 };
    assert.equal(budget.settle('mc_1', free, used).micros, 0);
    assert.equal(budget.settle('mc_1', model, used).micros, 111);
  });
});
