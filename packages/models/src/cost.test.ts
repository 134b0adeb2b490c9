import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelPrice } from '@bakerst/shared/models';
import fc from 'fast-check';
import { costOf, mostItMayCost } from './cost.ts';

const tokens = fc.nat(10_000_000);
const rate = fc.nat(200_000_000);
const price = fc.record({
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite: rate,
  source: fc.constant('test'),
});
const usage = fc.record({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
});
const SONNET: ModelPrice = {
  input: 3_000_000,
  output: 15_000_000,
  cacheRead: 300_000,
  cacheWrite: 3_750_000,
  source: 'test',
};

describe('the cost of a call', () => {
  it('is what the price list says, to the micro-dollar', () => {
    const used = { inputTokens: 1_000, outputTokens: 200, cacheReadTokens: 10_000, cacheWriteTokens: 400 };
    assert.equal(costOf(SONNET, used), 3_000 + 3_000 + 3_000 + 1_500);
    assert.equal(
      costOf(SONNET, { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }),
      0,
    );
  });

  it('is rounded up once, not per kind of token', () => {
    const cheap = { ...SONNET, input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
    assert.equal(
      costOf(cheap, { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1 }),
      1,
    );
  });

  it('is an integer, never below the exact sum and less than one micro-dollar above it', () => {
    fc.assert(
      fc.property(price, usage, (p, u) => {
        const exact =
          BigInt(u.inputTokens) * BigInt(p.input) +
          BigInt(u.outputTokens) * BigInt(p.output) +
          BigInt(u.cacheReadTokens) * BigInt(p.cacheRead) +
          BigInt(u.cacheWriteTokens) * BigInt(p.cacheWrite);
        const cost = costOf(p, u);
        assert.ok(Number.isSafeInteger(cost));
        const difference = BigInt(cost) * 1_000_000n - exact;
        assert.ok(difference >= 0n && difference < 1_000_000n);
      }),
    );
  });

  it('grows with every kind of token', () => {
    fc.assert(
      fc.property(
        price,
        usage,
        fc.constantFrom('inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'),
        (p, u, kind) => {
          assert.ok(costOf(p, { ...u, [kind]: u[kind] + 1 }) >= costOf(p, u));
        },
      ),
    );
  });

  it('never exceeds what was held for the same tokens, however they were billed', () => {
    fc.assert(
      fc.property(price, usage, (p, u) => {
        const input = u.inputTokens + u.cacheReadTokens + u.cacheWriteTokens;
        assert.ok(costOf(p, u) <= mostItMayCost(p, { input, maxOutput: u.outputTokens }));
      }),
    );
  });

  it('saturates beyond every limit, low enough that thousands of such calls add up exactly', () => {
    const huge = { ...SONNET, input: Number.MAX_SAFE_INTEGER };
    const most = mostItMayCost(huge, { input: Number.MAX_SAFE_INTEGER, maxOutput: 0 });
    assert.ok(most > 1_000_000 * 1_000_000, 'the highest limit that can be set is a million dollars');
    assert.ok(Number.isSafeInteger(most * 4_000));
  });
});
