import { type Fetched, fetchWeights } from './fetch-weights.ts';
import { installRuntime } from './install-runtime.ts';

export type SmallModel =
  | {
      readonly outcome: 'ready';
      /** The module of node-llama-cpp. */
      readonly runtime: string;
      readonly weights: string;
    }
  /** One line why it cannot be had here. */
  | { readonly outcome: 'unavailable'; readonly reason: string };

export interface PrepareSmallModel {
  /** `testCacheFolder()`; everything is kept here. */
  readonly cacheDir: string;
  /** Downloads what is not in the cache; otherwise only looks. */
  readonly fetch: boolean;
  readonly signal?: AbortSignal;
  readonly report?: (line: string) => void;
}

const TIMEOUT_MS = 280_000;

/**
 * A real language model that is small enough for tests, and the library that runs it. Never throws for what a machine
 * lacks; several may prepare at once.
 */
export async function prepareSmallModel(options: PrepareSmallModel): Promise<SmallModel> {
  const stopped = AbortSignal.timeout(TIMEOUT_MS);
  const fetching = {
    report: () => undefined,
    ...options,
    signal: options.signal ? AbortSignal.any([options.signal, stopped]) : stopped,
  };
  // Neither goes on when this has ended.
  const [runtime, weights] = await Promise.all([
    settle(installRuntime(fetching)),
    settle(fetchWeights(fetching)),
  ]);
  if (runtime.outcome === 'missing') return { outcome: 'unavailable', reason: runtime.reason };
  if (weights.outcome === 'missing') return { outcome: 'unavailable', reason: weights.reason };
  return { outcome: 'ready', runtime: runtime.path, weights: weights.path };
}

/** The disk is full, or the cache is nobody's to write: that is a reason too. */
function settle(fetched: Promise<Fetched>): Promise<Fetched> {
  return fetched.catch((error: unknown) => {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { outcome: 'missing', reason: error.message };
  });
}

/** Why a test that needs the model skips, or false. */
export function skipWithout(model: SmallModel): string | false {
  return model.outcome === 'ready' ? false : `needs the small model: ${model.reason}`;
}
