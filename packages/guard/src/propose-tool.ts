import type { Effect } from '@bakerst/shared/guard';
import { ToolPolicy } from '@bakerst/shared/policy';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { type DeclaredArgument, guessArgument, isPerson } from './guess-argument.ts';
import { guessEffect } from './guess-effect.ts';
import { serversName } from './servers-name.ts';

/**
 * Labels for a person who accepts a tool, guessed from names, types and hints. The description has no say: whoever
 * wrote it may want to be trusted. Nothing of a proposal is in force.
 */
export function proposeTool(definition: ToolDefinition): ToolPolicy {
  const declared = declaredArguments(definition.parameters);
  const effect = guessEffect({
    name: serversName(definition),
    ...(definition.hints && { hints: definition.hints }),
    reachesPeople: declared.some(({ name }) => isPerson(name)),
  });
  return ToolPolicy.parse({
    effect,
    arguments: Object.fromEntries(declared.map((one) => [one.name, guessArgument(one, effect)])),
    results: resultsOf(effect),
  });
}

/** What comes from the open web is no secret of the house. */
function resultsOf(effect: Effect) {
  return effect === 'read-open' ? { confidentiality: 'public' } : {};
}

function declaredArguments(parameters: ToolDefinition['parameters']): readonly DeclaredArgument[] {
  const { properties, required } = parameters;
  const needed = new Set<unknown>(Array.isArray(required) ? required : []);
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties)
    .filter(([name]) => name !== '__proto__')
    .map(([name, schema]) => ({ name, schema, required: needed.has(name) }));
}
