import type { ContentRecord, ContentStore } from '@bakerst/shared/store/system-store';

/** Clients bring tool lists of their own, so there is no end to them; asking the store again costs one write. */
const MOST_REMEMBERED = 1_000;

/** Sees to it that whatever a step names by its hash can be read again; asks the store once for each. */
export class KeptContents {
  readonly #store: Pick<ContentStore, 'keepContent'>;
  readonly #kept = new Set<string>();

  constructor(store: Pick<ContentStore, 'keepContent'>) {
    this.#store = store;
  }

  /** Resolves when it is on disk. */
  async keep(content: ContentRecord): Promise<void> {
    if (this.#kept.has(content.hash)) return;
    await this.#store.keepContent(content);
    if (this.#kept.size >= MOST_REMEMBERED) this.#kept.clear();
    this.#kept.add(content.hash);
  }
}
