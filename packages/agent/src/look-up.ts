import type { Lookup, Referent, ToolStanding } from '@bakerst/shared/guard';
import type { ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import { bestReferents, resolveReferent } from './resolve-referent.ts';

/** On whose behalf and how long the monitor looks. */
export interface LookupPlace {
  readonly principal: string;
  readonly conversation: string;
  readonly turn: string;
  readonly call: string;
  readonly signal: AbortSignal;
}

interface Found {
  readonly source: ToolSource;
  readonly definition: ToolDefinition;
}

const LOOKUP_MS = 5_000;

/**
 * Makes the monitor's own reads, side by side. Only tools that the policy accepts as reads are asked; whatever fails is
 * `unresolvable`, which opens nothing.
 */
export async function lookUp(
  lookups: readonly Lookup[],
  find: (tool: string) => (Found & { readonly standing: ToolStanding }) | undefined,
  place: LookupPlace,
): Promise<readonly Referent[]> {
  const answers = new Map<string, Promise<ToolOutput | undefined>>();
  const ask = (lookup: Lookup) => {
    const key = JSON.stringify([lookup.tool, lookup.arguments]);
    const known = answers.get(key) ?? askOnce(lookup, find(lookup.tool), place);
    answers.set(key, known);
    return known;
  };
  return bestReferents(
    await Promise.all(lookups.map(async (lookup) => resolveReferent(lookup, await ask(lookup)))),
  );
}

async function askOnce(
  { tool, arguments: args }: Lookup,
  found: (Found & { readonly standing: ToolStanding }) | undefined,
  place: LookupPlace,
): Promise<ToolOutput | undefined> {
  const mayAsk =
    found?.standing.effect === 'read' && ['core', 'accepted'].includes(found.standing.acceptance);
  if (!found || !mayAsk) return undefined;
  const signal = AbortSignal.any([place.signal, AbortSignal.timeout(LOOKUP_MS)]);
  try {
    return await Promise.race([found.source.call(tool, args, { ...place, signal }), aborted(signal)]);
  } catch {
    // Down, late or refusing: then nobody can say what the handle stands for.
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
