import { discoverModels } from './discover-models.ts';
import type { ModelTables } from './model-tables.ts';

export interface WatchModelsParts {
  readonly tables: Pick<ModelTables, 'toAsk' | 'learn'>;
  /** Called when something new was learnt. */
  readonly refresh: () => void;
  readonly onSilence: (provider: string, reason: string) => void;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

export interface ModelWatch {
  /** Resolves when the first round is over; nothing needs to wait for it. */
  readonly first: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Asks local model servers for their models in the background: at once, so that an Ollama is found, and again every
 * minute, so that one that is started later, or a model that is pulled, is found too.
 */
export function watchModels(parts: WatchModelsParts): ModelWatch {
  const { tables, refresh, onSilence, timeoutMs = 400, everyMs = 60_000 } = parts;
  const stopping = new AbortController();
  const round = async (): Promise<void> => {
    const providers = tables.toAsk().map(({ provider }) => provider);
    const found = await discoverModels(providers, { timeoutMs, signal: stopping.signal, onSilence });
    if (!stopping.signal.aborted && tables.learn(found)) refresh();
  };
  let running = round();
  const first = running;
  const timer = setInterval(() => {
    // One at a time: a round is bounded by its deadline.
    running = running.then(round);
  }, everyMs);
  timer.unref();
  return {
    first,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
