import type { ModelInfo, ModelPrice } from '@bakerst/shared/models';

/** A model as its maker publishes it; `id` is the provider's own name for it. */
export interface BuiltInModel {
  readonly id: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly accepts: ModelInfo['accepts'];
  /** Whether tools work over the wire format that we speak to this provider. */
  readonly tools: boolean;
  readonly price: ModelPrice;
}

export type PricedProvider = 'anthropic' | 'openai' | 'openrouter';

interface Row extends Pick<BuiltInModel, 'id' | 'tools'> {
  readonly accepts: ModelInfo['accepts'];
  readonly source: string;
  /** Context window, longest answer; in tokens. */
  readonly size: readonly [number, number];
  /** Input, output, cache read, cache write; micro-dollars per million tokens. */
  readonly price: readonly [number, number, number, number];
}

/**
 * Prices change more often than this table: `source` says where each was read and when, and `models.catalog` in the
 * configuration file overrides any of it. Pages were read from stored copies, so the date is that of the reading.
 * Where a provider charges more for long prompts, the window ends where its base price ends: the price then holds for
 * every call that fits. Cache writes are those of the shortest retention; where there is no write price it is input's.
 */
const ANTHROPIC_PAGE =
  'https://platform.claude.com/docs/en/about-claude/pricing and model pages, read 2026-11-23';
const OPENAI_PAGE = 'https://developers.openai.com/api/docs/models, read 2026-11-23';
const OPENROUTER_LIST =
  'list price of the maker, which OpenRouter passes through; maker pages read 2026-11-23';

const SEES: Pick<Row, 'accepts' | 'tools'> = { accepts: ['text', 'image'], tools: true };
const READS: Pick<Row, 'accepts' | 'tools'> = { accepts: ['text', 'image', 'pdf'], tools: true };
const TEXT: Pick<Row, 'accepts' | 'tools'> = { accepts: ['text'], tools: true };

const ANTHROPIC = { ...READS, source: ANTHROPIC_PAGE };
const ANTHROPIC_TIER = { ...READS, source: `${ANTHROPIC_PAGE}; base tier up to 100,000 tokens` };
const OPENAI_TIER = { ...READS, source: `${OPENAI_PAGE}; base tier up to 272,000 tokens` };
const OPENAI_QUOTED = { ...READS, source: 'OpenAI list prices as quoted by third parties, read 2026-11-23' };
/**
 * OpenAI's newest reasoning models take tools over the Responses API only (or with reasoning switched off): over Chat
 * Completions they answer but offer no tools, and this keeps an agent from being sent there.
 */
const OPENAI_NO_TOOLS = { ...OPENAI_TIER, tools: false };
const ROUTED = { ...SEES, source: OPENROUTER_LIST };
const ROUTED_TIER = { ...SEES, source: `${OPENROUTER_LIST}; base tier only` };
const ROUTED_QUOTED = {
  ...SEES,
  source: 'third-party list of 2026-06-01, read 2026-11-23; cache at full price',
};
const ROUTED_OPEN = {
  ...TEXT,
  source: 'third-party lists of 2026, read 2026-11-23; cache at full price; routes differ',
};

const ANTHROPIC_ROWS: readonly Row[] = [
  {
    id: 'claude-fable-5-1',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [10_000_000, 50_000_000, 250_000, 12_500_000],
  },
  {
    id: 'claude-opus-5-5',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [4_000_000, 20_000_000, 200_000, 5_000_000],
  },
  {
    id: 'claude-sonnet-5-5',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [2_000_000, 10_000_000, 100_000, 2_500_000],
  },
  {
    id: 'claude-haiku-5-5',
    ...ANTHROPIC_TIER,
    size: [100_000, 32_000],
    price: [100_000, 500_000, 10_000, 125_000],
  },
  {
    id: 'claude-opus-5',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'claude-sonnet-5',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [2_000_000, 10_000_000, 200_000, 2_500_000],
  },
  {
    id: 'claude-opus-4-8',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'claude-opus-4-7',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'claude-opus-4-6',
    ...ANTHROPIC,
    size: [1_000_000, 128_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'claude-opus-4-5',
    ...ANTHROPIC,
    size: [200_000, 64_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'claude-sonnet-4-6',
    ...ANTHROPIC,
    size: [200_000, 64_000],
    price: [3_000_000, 15_000_000, 300_000, 3_750_000],
  },
  {
    id: 'claude-sonnet-4-5',
    ...ANTHROPIC,
    size: [200_000, 64_000],
    price: [3_000_000, 15_000_000, 300_000, 3_750_000],
  },
  {
    id: 'claude-haiku-4-5',
    ...ANTHROPIC,
    size: [200_000, 64_000],
    price: [1_000_000, 5_000_000, 100_000, 1_250_000],
  },
];
const OPENAI_ROWS: readonly Row[] = [
  {
    id: 'gpt-6.2-sol',
    ...OPENAI_NO_TOOLS,
    size: [272_000, 128_000],
    price: [2_000_000, 10_000_000, 100_000, 2_500_000],
  },
  {
    id: 'gpt-6.1-sol',
    ...OPENAI_NO_TOOLS,
    size: [272_000, 128_000],
    price: [2_000_000, 10_000_000, 100_000, 2_500_000],
  },
  {
    id: 'gpt-6-sol',
    ...OPENAI_NO_TOOLS,
    size: [272_000, 128_000],
    price: [2_000_000, 10_000_000, 200_000, 2_500_000],
  },
  {
    id: 'gpt-6-luna',
    ...OPENAI_NO_TOOLS,
    size: [272_000, 128_000],
    price: [100_000, 500_000, 10_000, 125_000],
  },
  {
    id: 'gpt-5.4',
    ...OPENAI_TIER,
    size: [272_000, 128_000],
    price: [2_500_000, 15_000_000, 250_000, 2_500_000],
  },
  {
    id: 'gpt-5.4-mini',
    ...OPENAI_QUOTED,
    size: [400_000, 128_000],
    price: [750_000, 4_500_000, 75_000, 750_000],
  },
  {
    id: 'gpt-5.2',
    ...OPENAI_QUOTED,
    size: [400_000, 128_000],
    price: [1_750_000, 14_000_000, 175_000, 1_750_000],
  },
  {
    id: 'gpt-5-mini',
    ...OPENAI_QUOTED,
    size: [400_000, 128_000],
    price: [250_000, 2_000_000, 25_000, 250_000],
  },
  {
    id: 'gpt-4.1',
    ...OPENAI_QUOTED,
    size: [1_047_576, 32_768],
    price: [2_000_000, 8_000_000, 500_000, 2_000_000],
  },
  {
    id: 'gpt-4.1-mini',
    ...OPENAI_QUOTED,
    size: [1_047_576, 32_768],
    price: [400_000, 1_600_000, 100_000, 400_000],
  },
];
const OPENROUTER_ROWS: readonly Row[] = [
  {
    id: 'anthropic/claude-opus-5.5',
    ...ROUTED,
    size: [1_000_000, 128_000],
    price: [4_000_000, 20_000_000, 200_000, 5_000_000],
  },
  {
    id: 'anthropic/claude-sonnet-5.5',
    ...ROUTED,
    size: [1_000_000, 128_000],
    price: [2_000_000, 10_000_000, 100_000, 2_500_000],
  },
  {
    id: 'anthropic/claude-haiku-5.5',
    ...ROUTED_TIER,
    size: [100_000, 32_000],
    price: [100_000, 500_000, 10_000, 125_000],
  },
  {
    id: 'anthropic/claude-opus-5',
    ...ROUTED,
    size: [1_000_000, 128_000],
    price: [5_000_000, 25_000_000, 500_000, 6_250_000],
  },
  {
    id: 'anthropic/claude-sonnet-5',
    ...ROUTED,
    size: [1_000_000, 128_000],
    price: [2_000_000, 10_000_000, 200_000, 2_500_000],
  },
  {
    id: 'openai/gpt-6.1-sol',
    ...ROUTED_TIER,
    size: [272_000, 128_000],
    price: [2_000_000, 10_000_000, 100_000, 2_500_000],
  },
  {
    id: 'openai/gpt-6-luna',
    ...ROUTED_TIER,
    size: [272_000, 128_000],
    price: [100_000, 500_000, 10_000, 125_000],
  },
  {
    id: 'openai/gpt-5.4',
    ...ROUTED_TIER,
    size: [272_000, 128_000],
    price: [2_500_000, 15_000_000, 250_000, 2_500_000],
  },
  {
    id: 'openai/gpt-5.4-mini',
    ...ROUTED,
    size: [400_000, 128_000],
    price: [750_000, 4_500_000, 75_000, 750_000],
  },
  {
    id: 'google/gemini-3.5-flash',
    ...ROUTED_QUOTED,
    size: [1_048_576, 65_536],
    price: [1_500_000, 9_000_000, 1_500_000, 1_500_000],
  },
  {
    id: 'deepseek/deepseek-v4-flash',
    ...ROUTED_OPEN,
    size: [1_048_576, 65_536],
    price: [140_000, 280_000, 140_000, 140_000],
  },
  {
    id: 'openai/gpt-oss-120b',
    ...ROUTED_OPEN,
    size: [131_072, 32_768],
    price: [100_000, 500_000, 100_000, 100_000],
  },
];

export const BUILT_IN_MODELS: Readonly<Record<PricedProvider, readonly BuiltInModel[]>> = {
  anthropic: ANTHROPIC_ROWS.map(toModel),
  openai: OPENAI_ROWS.map(toModel),
  openrouter: OPENROUTER_ROWS.map(toModel),
};

/** `-20251101`, `-2026-03-05`, `-latest`: the same model at the same price. */
const DATE_SUFFIX = /^-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** By exact id, or by id with a date behind it. */
export function findBuiltIn(provider: PricedProvider, id: string): BuiltInModel | undefined {
  return BUILT_IN_MODELS[provider].find(
    (model) => id === model.id || (id.startsWith(model.id) && DATE_SUFFIX.test(id.slice(model.id.length))),
  );
}

function toModel(row: Row): BuiltInModel {
  const [contextWindow, maxOutputTokens] = row.size;
  const [input, output, cacheRead, cacheWrite] = row.price;
  return {
    id: row.id,
    contextWindow,
    maxOutputTokens,
    accepts: row.accepts,
    tools: row.tools,
    price: { input, output, cacheRead, cacheWrite, source: row.source },
  };
}
