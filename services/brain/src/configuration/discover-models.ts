import type { Provider } from '@bakerst/shared/models';

export interface Discovery {
  readonly provider: string;
  readonly offers: readonly string[];
}

export interface DiscoverOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** A server that does not answer is no error: it is not there, or not yet. */
  readonly onSilence: (provider: string, reason: string) => void;
}

/** Models that only make embeddings cannot answer; Ollama lists them beside the others. */
const EMBEDDING = /embed|(^|[-/])(bge|minilm|gte|e5)([-:]|$)/i;

/** Asks each provider which models it has, all at once, each under one short deadline. */
export async function discoverModels(
  providers: Iterable<Provider>,
  { timeoutMs, signal, onSilence }: DiscoverOptions,
): Promise<readonly Discovery[]> {
  const asked = [...providers].map(async (provider): Promise<readonly Discovery[]> => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const ids = await provider.listModels(deadline);
      return [{ provider: provider.name, offers: ids.filter((id) => !EMBEDDING.test(id)).slice(0, 500) }];
    } catch (error) {
      onSilence(provider.name, error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  return (await Promise.all(asked)).flat();
}
