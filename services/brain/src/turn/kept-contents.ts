import type { ContentRecord, ContentStore } from '@bakerst/shared/store/system-store';

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
    this.#kept.add(content.hash);
  }
}
