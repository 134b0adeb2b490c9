import type { Guard, ToolStanding } from '@bakerst/shared/guard';
import type { ToolDefinition, ToolSource } from '@bakerst/shared/tools';
import { offerOf, type ToolOffer } from './tool-offer.ts';

/** A tool with its source and what the policy says of it. */
export interface FoundTool {
  readonly source: ToolSource;
  /** With the effect the policy gives it. */
  readonly definition: ToolDefinition;
  readonly standing: ToolStanding;
}

export interface Catalogue {
  readonly index: ReadonlyMap<string, FoundTool>;
  readonly definitions: readonly ToolDefinition[];
  readonly offer: ToolOffer;
}

interface KeptCatalogue extends Catalogue {
  /** What each source offered; compared by identity. */
  readonly lists: readonly (readonly ToolDefinition[])[];
  /** The policy the standings are of. */
  readonly policyHash: string;
}

/**
 * Every tool offered now under one name; the first source wins it, so that no server can shadow a core tool. The answer
 * is the same object until a source offers something else or the policy changes, so that what is derived can be kept.
 */
export function createCatalogue(
  sources: () => readonly ToolSource[],
  guard: Pick<Guard, 'standing' | 'policyHash'>,
): () => Catalogue {
  let kept: KeptCatalogue | undefined;
  return () => {
    const all = sources();
    const lists = all.map((source) => source.tools());
    const { policyHash } = guard;
    const isSame =
      kept?.policyHash === policyHash &&
      kept.lists.length === lists.length &&
      kept.lists.every((list, at) => list === lists[at]);
    if (kept && isSame) return kept;
    kept = { lists, policyHash, ...index(all, lists, guard) };
    return kept;
  };
}

function index(
  sources: readonly ToolSource[],
  lists: readonly (readonly ToolDefinition[])[],
  guard: Pick<Guard, 'standing'>,
): Catalogue {
  const found = new Map<string, FoundTool>();
  for (const [at, source] of sources.entries()) {
    for (const offered of lists[at] ?? []) {
      if (found.has(offered.name)) continue;
      const standing = guard.standing(offered);
      const { effect, idempotent } = standing;
      found.set(offered.name, { source, definition: { ...offered, effect, idempotent }, standing });
    }
  }
  const all = [...found.values()];
  return { index: found, definitions: all.map((one) => one.definition), offer: offerOf(all) };
}
