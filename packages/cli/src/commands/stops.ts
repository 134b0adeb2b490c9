import type { CreateStopRequest } from '@bakerst/shared/api/guard';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';
import { confirmed, YES } from './confirm.ts';

const REASON = { reason: { type: 'string', value: 'text', summary: 'why; people read it' } } as const;

/** The kill switch. It asks nothing: whoever needs it has no time. Lifting asks. */
export const stopCommands: readonly Command[] = [
  {
    path: ['stop', 'list'],
    summary: 'what is stopped now',
    args: [],
    options: {},
    examples: ['bakerst stop list'],
    run: list,
  },
  {
    path: ['stop', 'all'],
    summary: 'stop every tool at once; chat goes on without them',
    args: [],
    options: REASON,
    examples: ['bakerst stop all --reason "it mails strangers"'],
    run: (input, parts) => stop({ scope: 'everything', target: '' }, input, parts),
  },
  {
    path: ['stop', 'conversation'],
    summary: 'stop what a conversation does',
    args: [{ name: 'conversation', summary: 'id of the conversation', required: true }],
    options: REASON,
    examples: ['bakerst stop conversation conv_...'],
    run: (input, parts) => stop({ scope: 'conversation', target: input.arg(0) }, input, parts),
  },
  {
    path: ['stop', 'tool'],
    summary: 'stop one tool, everywhere',
    args: [{ name: 'tool', summary: 'name of the tool, as `bakerst tools list` has it', required: true }],
    options: REASON,
    examples: ['bakerst stop tool mail__send'],
    run: (input, parts) => stop({ scope: 'tool', target: input.arg(0) }, input, parts),
  },
  {
    path: ['stop', 'server'],
    summary: 'stop every tool of a server',
    args: [{ name: 'server', summary: 'name of the server', required: true }],
    options: REASON,
    examples: ['bakerst stop server mail'],
    run: (input, parts) => stop({ scope: 'server', target: input.arg(0) }, input, parts),
  },
  {
    path: ['stop', 'lift'],
    summary: 'let it go on',
    args: [{ name: 'stop', summary: 'id of the stop', required: true }],
    options: { yes: YES },
    examples: ['bakerst stop lift stop_...'],
    run: lift,
  },
];

type Target = Pick<CreateStopRequest, 'scope' | 'target'>;

async function stop(target: Target, input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const reason = input.text('reason');
  const made = await api().guard.stop({ ...target, ...(reason === undefined ? {} : { reason }) });
  if (input.flag('json')) terminal.out(`${printableJson(made)}\n`);
  else {
    const turns = made.cancelledTurns === 1 ? '1 turn was' : `${made.cancelledTurns} turns were`;
    terminal.out(`${terminal.paint('red', `stopped: ${targetText(made)}`)}; ${turns} cancelled\n`);
    terminal.out(`${printableLine(made.note)}\n`);
    terminal.note(`Let it go on: bakerst stop lift ${printableLine(made.id)}\n`);
  }
  return EXIT.ok;
}

async function list(input: CommandInput, { api, terminal, now }: CliParts): Promise<number> {
  const items = await api().guard.stops();
  if (input.flag('json')) terminal.out(`${printableJson({ items })}\n`);
  else if (items.length === 0) terminal.out('nothing is stopped\n');
  else {
    const rows = items.map((item) => [
      item.id,
      targetText(item),
      relativeTime(item.at, now()),
      item.reason ?? '',
      item.by,
    ]);
    terminal.out(textTable(['stop', 'what', 'since', 'why', 'by'], rows, terminal.columns));
  }
  return EXIT.ok;
}

async function lift(input: CommandInput, parts: CliParts): Promise<number> {
  const id = input.arg(0);
  const found = (await parts.api().guard.stops()).find((one) => one.id === id);
  const what = found === undefined ? id : targetText(found);
  if (!(await confirmed(input, parts, `Let it go on: ${printableLine(what)}?`))) return EXIT.failed;
  await parts.api().guard.liftStop(id);
  if (input.flag('json')) parts.terminal.out(`${printableJson({ lifted: id })}\n`);
  parts.terminal.note('lifted\n');
  return EXIT.ok;
}

export function targetText({ scope, target }: Target): string {
  return scope === 'everything' ? 'everything' : printableLine(`${scope} ${target}`);
}
