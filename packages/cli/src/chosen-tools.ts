import type { ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import { Effect } from '@bakerst/shared/guard';
import { Confidentiality } from '@bakerst/shared/labels';
import type { ToolPolicy } from '@bakerst/shared/policy';
import type { CommandInput } from './command.ts';
import { cliError } from './errors.ts';

/** @throws CodedError `cli_usage` for a name that the server does not offer. */
export function toolsNamed(review: ServerReview, names: readonly string[]): readonly ToolReview[] {
  return [...new Set(names)].map((name) => {
    const tool = review.tools.find((one) => one.name === name || one.tool === name);
    if (tool !== undefined) return tool;
    throw cliError({
      code: 'cli_usage',
      message: `${review.server} offers no tool "${name}".`,
      remedy: `It offers: ${review.tools.map((one) => one.name).join(', ') || 'nothing now'}`,
    });
  });
}

/** What is to be accepted; none where only the clearance changes. */
export function chosenTools(
  input: CommandInput,
  review: ServerReview,
  mayBeNone: boolean,
): readonly ToolReview[] {
  const names = input.texts('tool');
  const open = review.tools.filter(({ state }) => state === 'unknown' || state === 'changed');
  if (names.length > 0) return toolsNamed(review, names);
  if (input.flag('all')) {
    if (input.flag('yes')) throw nothingUnseen();
    if (open.length === 0 && !mayBeNone) throw nothingOpen(review);
    return open;
  }
  if (mayBeNone) return [];
  if (open.length === 0) throw nothingOpen(review);
  throw cliError({
    code: 'cli_usage',
    message: 'Which tools?',
    remedy: `Name them with --tool, or take all that are not accepted yet with --all: ${open.map(({ name }) => name).join(', ')}`,
  });
}

function nothingUnseen(): Error {
  return cliError({
    code: 'cli_usage',
    message: 'Nothing is accepted unseen.',
    remedy:
      'Leave --yes out and look, or name each tool and what it does: --tool send --effect send=external',
  });
}

function nothingOpen({ server }: ServerReview): Error {
  return cliError({
    code: 'cli_usage',
    message: `No tool of ${server} waits to be accepted.`,
    remedy: `Name one that is to be accepted anew with --tool. See: bakerst mcp review ${server}`,
  });
}

/** What is in force stays in force where the definition changed; new effects come from the person alone. */
export function policyToAccept(tool: ToolReview, effect: Effect | undefined): Omit<ToolPolicy, 'pin'> {
  const { pin: _former, ...policy } = tool.accepted ?? tool.proposal;
  return effect === undefined ? policy : { ...policy, effect };
}

export function pinOf({ pin, name }: ToolReview): string {
  if (pin !== undefined) return pin;
  throw cliError({
    code: 'cli_local_problem',
    message: `${name} cannot be pinned: its definition has hidden characters or no canonical form.`,
    remedy: 'Leave it out; it stays unknown. Report it to who makes the server.',
  });
}

export function clearanceOf(input: CommandInput): Confidentiality | undefined {
  const text = input.text('clearance');
  if (text === undefined) return undefined;
  const parsed = Confidentiality.safeParse(text);
  if (parsed.success) return parsed.data;
  throw cliError({
    code: 'cli_usage',
    message: `There is no clearance "${text}".`,
    remedy: `It is one of ${Confidentiality.options.join(', ')}.`,
  });
}

export function effectsOf(input: CommandInput, chosen: readonly ToolReview[]): ReadonlyMap<string, Effect> {
  const pairs = input.texts('effect').map((text): [string, Effect] => {
    const cut = text.lastIndexOf('=');
    const effect = Effect.safeParse(text.slice(cut + 1));
    const tool = chosen.find(({ name }) => name === text.slice(0, Math.max(0, cut)));
    if (effect.success && tool !== undefined) return [tool.name, effect.data];
    throw cliError({
      code: 'cli_usage',
      message: `--effect ${text} is not tool=effect for a tool that is to be accepted.`,
      remedy: `Effects are ${Effect.options.join(', ')}; tools: ${chosen.map(({ name }) => name).join(', ')}.`,
    });
  });
  const effects = new Map(pairs);
  const unsaid = chosen.find(({ name }) => !effects.has(name));
  if (!input.flag('yes') || unsaid === undefined) return effects;
  throw cliError({
    code: 'cli_usage',
    message: `Nobody looks at what ${unsaid.name} was guessed to do.`,
    remedy: `With --yes say it: --effect ${unsaid.name}=external`,
  });
}
