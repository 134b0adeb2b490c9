import type { GuardContext, Lookup, Referent } from '@bakerst/shared/guard';
import type { ToolOutput } from '@bakerst/shared/tools';
import { bestReferents, type LookupAnswer, readAnswer, resolveReferent } from './resolve-referent.ts';
import { stopInForce } from './stop-in-force.ts';
import type { FoundTool } from './tool-catalogue.ts';
import type { ArgumentValidator } from './validate-arguments.ts';

/** For which call and how long the monitor looks. */
export interface LookupPlace {
  readonly context: GuardContext;
  readonly call: string;
  readonly signal: AbortSignal;
}

export interface LookupTools {
  readonly find: (tool: string) => FoundTool | undefined;
  readonly validator: ArgumentValidator;
}

/** What the monitor learned, and what it asked for that. */
export interface LookedUp {
  readonly referents: readonly Referent[];
  /** Names of the tools that were called, each once: they are on record like any read. */
  readonly tools: readonly string[];
}

const LOOKUP_MS = 5_000;
/** Weakest first: whoever may know what is internal may see the person's words. */
const CLEARED: readonly string[] = ['internal', 'secret'];

/**
 * Makes the monitor's own reads, side by side. Only tools that the policy accepts as reads are asked, none that a person
 * has stopped, none of a server that must not learn what was read, and with arguments that its schema allows; whatever
 * fails is `unresolvable`, which opens nothing.
 */
export async function lookUp(
  lookups: readonly Lookup[],
  tools: LookupTools,
  place: LookupPlace,
): Promise<LookedUp> {
  const answers = new Map<string, Promise<LookupAnswer | undefined>>();
  const asked = new Set<string>();
  const ask = (lookup: Lookup) => {
    const key = JSON.stringify([lookup.tool, lookup.arguments]);
    const known = answers.get(key);
    if (known) return known;
    const found = askable(lookup, tools, place);
    if (found) asked.add(lookup.tool);
    const answer = found ? askOnce(lookup, found, place).then(readAnswer) : Promise.resolve(undefined);
    answers.set(key, answer);
    return answer;
  };
  const all = await Promise.all(lookups.map(async (lookup) => resolveReferent(lookup, await ask(lookup))));
  return { referents: bestReferents(all), tools: [...asked] };
}

/** The tool, where the monitor may ask it. The person's words that are searched for are internal at least. */
function askable(
  { tool, arguments: args }: Lookup,
  { find, validator }: LookupTools,
  { context: { request, label } }: LookupPlace,
): FoundTool | undefined {
  const found = find(tool);
  if (!found) return undefined;
  const { definition, standing } = found;
  const { server } = definition;
  const isRead = standing.effect === 'read' && ['core', 'accepted'].includes(standing.acceptance);
  const mayKnow =
    label.confidentiality === 'secret'
      ? standing.clearance === 'secret'
      : CLEARED.includes(standing.clearance);
  const isStopped = stopInForce(request, { tool, server }) !== undefined;
  if (!isRead || !mayKnow || isStopped) return undefined;
  return validator.validate(definition, args) === undefined ? found : undefined;
}

async function askOnce(
  { tool, arguments: args }: Lookup,
  { source }: FoundTool,
  { context, call, signal: leaving }: LookupPlace,
): Promise<ToolOutput | undefined> {
  const { principal, conversation, turn } = context.request;
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(LOOKUP_MS)]);
  try {
    const place = { principal, conversation, turn, call, signal };
    return await Promise.race([source.call(tool, args, place), aborted(signal)]);
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
