import type { Effect } from '@bakerst/shared/guard';
import { ToolPolicy } from '@bakerst/shared/policy';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { type DeclaredArgument, type Guess, guessArgument, isPerson } from './guess-argument.ts';
import { guessEffect } from './guess-effect.ts';
import { nestedKeys } from './nested-keys.ts';
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
    arguments: withEnds(
      Object.fromEntries(
        declared.map((one) => [one.name, withKeys(one, guessArgument(one, effect), definition)]),
      ),
    ),
    results: resultsOf(effect),
  });
}

/** Names that the accepted schema declares within an argument choose nothing; any other name does. */
function withKeys(
  { schema }: DeclaredArgument,
  guess: Guess,
  { parameters }: Pick<ToolDefinition, 'parameters'>,
): Guess {
  const keys = guess.role === 'content' ? [] : nestedKeys(schema, parameters);
  return keys.length > 0 ? { ...guess, keys: [...keys] } : guess;
}

/** Nothing that begins at a named time is meant to last longer than a day unless somebody says so. */
const A_DAY_MINUTES = 1_440;

/** An end of which there is one beginning follows from it. */
function withEnds(guesses: Readonly<Record<string, Guess>>): Readonly<Record<string, Guess>> {
  const begins = Object.entries(guesses).filter(
    ([, { slot, type }]) => slot === 'start' && type === 'datetime',
  );
  const [begin] = begins;
  if (!begin || begins.length > 1) return guesses;
  const follows = { argument: begin[0], withinMinutes: A_DAY_MINUTES };
  return Object.fromEntries(
    Object.entries(guesses).map(([name, guess]) => {
      const isEnd = guess.slot === 'end' && guess.type === 'datetime';
      return [name, isEnd ? { ...guess, follows } : guess];
    }),
  );
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
