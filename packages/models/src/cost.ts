import type { Usage } from '@bakerst/shared/content';
import type { ModelPrice } from '@bakerst/shared/models';
import type { MicroUsd } from '@bakerst/shared/money';

const TOKENS_PER_PRICE = 1_000_000n;
/** Twice the highest limit that can be set: always refused, and thousands of them still add up exactly. */
const MOST_MICROS = 2_000_000_000_000n;

/** What a usage costs: summed exactly over the four kinds of tokens, rounded up once. */
export function costOf(price: ModelPrice, usage: Usage): MicroUsd {
  return roundUp(
    BigInt(usage.inputTokens) * BigInt(price.input) +
      BigInt(usage.outputTokens) * BigInt(price.output) +
      BigInt(usage.cacheReadTokens) * BigInt(price.cacheRead) +
      BigInt(usage.cacheWriteTokens) * BigInt(price.cacheWrite),
  );
}

/** The most that a call may cost: every input token at its dearest price, and the whole output. */
export function mostItMayCost(
  price: ModelPrice,
  tokens: { readonly input: number; readonly maxOutput: number },
): MicroUsd {
  const dearest = Math.max(price.input, price.cacheWrite, price.cacheRead);
  return roundUp(
    BigInt(Math.ceil(tokens.input)) * BigInt(dearest) +
      BigInt(Math.ceil(tokens.maxOutput)) * BigInt(price.output),
  );
}

function roundUp(microsTimesMillion: bigint): MicroUsd {
  const micros = (microsTimesMillion + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
  // A provider may report any number: what is beyond every limit is all the same.
  return Number(micros > MOST_MICROS ? MOST_MICROS : micros);
}
