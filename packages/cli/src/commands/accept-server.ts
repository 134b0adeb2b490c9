import type { AcceptServerRequest } from '@bakerst/shared/api/guard';
import { Effect } from '@bakerst/shared/guard';
import { Confidentiality } from '@bakerst/shared/labels';
import { chosenTools, clearanceOf, effectsOf, pinOf, policyToAccept, toolsNamed } from '../chosen-tools.ts';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { policyLines, serverReviewText, toolText } from '../server-review-text.ts';
import { confirmed, YES } from './confirm.ts';

const NAME = { name: 'name', summary: 'name of the server', required: true } as const;
const TOOL = {
  type: 'string',
  multiple: true,
  value: 'name',
  summary: 'this tool, by the server’s own name',
} as const;

/** A person looks at what a tool server offers, and says what each tool does. */
export const serverReviewCommands: readonly Command[] = [
  {
    path: ['mcp', 'review'],
    summary: 'what a tool server offers, what is accepted, and what has changed since',
    args: [NAME],
    options: { tool: TOOL },
    examples: ['bakerst mcp review mail', 'bakerst mcp review mail --tool send'],
    run: review,
  },
  {
    path: ['mcp', 'accept'],
    summary: 'accept tools as they are now: shows them, and asks',
    details:
      'What is not said otherwise is taken as it was proposed. The effect, roles and the pin are written into the\n' +
      'policy; a tool that changes after that is refused until it is accepted again.',
    args: [NAME],
    options: {
      tool: TOOL,
      all: { type: 'boolean', summary: 'every tool that is not accepted yet' },
      effect: {
        type: 'string',
        multiple: true,
        value: 'tool=effect',
        summary: `one of ${Effect.options.join(', ')}`,
      },
      clearance: {
        type: 'string',
        value: 'level',
        summary: `the most it may learn: ${Confidentiality.options.join(', ')}`,
      },
      yes: YES,
    },
    examples: [
      'bakerst mcp accept mail --tool search --effect search=read --tool send',
      'bakerst mcp accept files --all --clearance internal',
    ],
    run: accept,
  },
  {
    path: ['mcp', 'withdraw'],
    summary: 'take back what was accepted: the tools are unknown again',
    args: [NAME],
    options: { tool: TOOL, yes: YES },
    examples: ['bakerst mcp withdraw mail --tool send'],
    run: withdraw,
  },
];

async function review(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const whole = await api().guard.review(input.arg(0));
  const names = input.texts('tool');
  const tools = names.length === 0 ? whole.tools : [...toolsNamed(whole, names)];
  if (input.flag('json')) terminal.out(`${printableJson({ ...whole, tools })}\n`);
  else {
    terminal.out(serverReviewText({ ...whole, tools }, terminal));
    if (tools.some(({ state }) => state === 'unknown' || state === 'changed')) {
      terminal.note(
        `\nAccept them: bakerst mcp accept ${printableLine(whole.server)} --tool <name>, or --all\n`,
      );
    }
  }
  return EXIT.ok;
}

async function accept(input: CommandInput, parts: CliParts): Promise<number> {
  const { api, terminal } = parts;
  // Read first: whatever changes after it is noticed.
  const policy = await api().guard.policy();
  const whole = await api().guard.review(input.arg(0));
  const clearance = clearanceOf(input);
  const chosen = chosenTools(input, whole, clearance !== undefined);
  const effects = effectsOf(input, chosen);
  const tools = chosen.map((tool) => ({
    name: tool.name,
    pin: pinOf(tool),
    policy: policyToAccept(tool, effects.get(tool.name)),
  }));
  for (const tool of chosen) {
    terminal.note(`${toolText(tool, terminal)}`);
    const toAccept = policyToAccept(tool, effects.get(tool.name));
    terminal.note(`${terminal.paint('bold', '  to be accepted')}\n${policyLines(toAccept, terminal)}\n`);
  }
  const learns =
    clearance === undefined ? '' : `${tools.length === 0 ? '' : ' and '}let it learn what is ${clearance}`;
  const what = tools.length === 0 ? learns : `accept ${tools.length} tools${learns}`;
  if (!(await confirmed(input, parts, `${printableLine(whole.server)}: ${what}?`))) {
    terminal.note('nothing was accepted\n');
    return EXIT.failed;
  }
  await send(whole.server, parts, {
    expectedHash: policy.hash,
    tools,
    withdraw: [],
    ...(clearance === undefined ? {} : { clearance }),
  });
  if (input.flag('json')) terminal.out(`${printableJson({ server: whole.server, accepted: tools })}\n`);
  terminal.note(`accepted. See: bakerst mcp review ${printableLine(whole.server)}\n`);
  return EXIT.ok;
}

async function withdraw(input: CommandInput, parts: CliParts): Promise<number> {
  const { api, terminal } = parts;
  const { hash } = await api().guard.policy();
  const whole = await api().guard.review(input.arg(0));
  const names = [...new Set(input.texts('tool'))];
  const accepted = [...whole.tools.filter((tool) => tool.accepted).map(({ name }) => name), ...whole.gone];
  const wrong = names.find((name) => !accepted.includes(name));
  if (names.length === 0 || wrong !== undefined) {
    throw cliError({
      code: 'cli_usage',
      message: wrong === undefined ? 'Which tools?' : `"${wrong}" is not accepted.`,
      remedy:
        accepted.length === 0
          ? 'None is accepted.'
          : `Accepted are: ${accepted.join(', ')}. Name them with --tool.`,
    });
  }
  const question = `${printableLine(whole.server)}: make ${printableLine(names.join(', '))} unknown again?`;
  if (!(await confirmed(input, parts, question))) return EXIT.failed;
  await send(whole.server, parts, { expectedHash: hash, tools: [], withdraw: names });
  if (input.flag('json')) terminal.out(`${printableJson({ server: whole.server, withdrawn: names })}\n`);
  terminal.note('withdrawn\n');
  return EXIT.ok;
}

function send(server: string, { api }: CliParts, body: AcceptServerRequest): Promise<unknown> {
  return api().guard.accept(server, body);
}
