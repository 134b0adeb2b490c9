import type { TurnWithSteps } from '@bakerst/shared/api/conversations';
import type { StepOf } from '@bakerst/shared/steps';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { explanationText } from '../explanation-text.ts';
import { printableJson } from '../printable.ts';

export const explainCommand: Command = {
  path: ['explain'],
  summary: 'why a call was allowed, asked or denied, and what would have been needed',
  details:
    'The verdict is made again from what is recorded, under the policy of then. A call may be named by its last\n' +
    'characters where it is among the newest; --last takes the newest call that was asked or denied.',
  args: [{ name: 'call', summary: 'id of the call, or the end of it' }],
  options: {
    turn: { type: 'string', value: 'id', summary: 'the turn it was made in' },
    conversation: { type: 'string', short: 'c', value: 'id', summary: 'look there (the newest)' },
    last: { type: 'boolean', summary: 'the newest call that was asked or denied' },
  },
  examples: ['bakerst explain --last', 'bakerst explain call_...', 'bakerst explain 562c51d1 --json'],
  async run(input, parts) {
    const { call, turn } = await callMeant(input, parts);
    const explanation = await parts.api().guard.explanation(call, turn);
    const { terminal } = parts;
    terminal.out(
      input.flag('json') ? `${printableJson(explanation)}\n` : explanationText(explanation, terminal),
    );
    return EXIT.ok;
  },
};

interface CallMeant {
  readonly call: string;
  readonly turn: string | undefined;
}

/** `call_` and a UUID. */
const WHOLE_ID = /^call_[0-9a-f-]{36}$/i;

async function callMeant(input: CommandInput, parts: CliParts): Promise<CallMeant> {
  const named = input.args[0];
  if ((named === undefined) === !input.flag('last')) {
    throw cliError({
      code: 'cli_usage',
      message: 'Which call?',
      remedy: 'Name it, or take the newest that was asked or denied: bakerst explain --last',
    });
  }
  const turn = input.text('turn');
  if (named !== undefined && WHOLE_ID.test(named)) return { call: named, turn };
  const found = (await newestCalls(input, parts)).filter(({ step }) =>
    named === undefined
      ? step.verdict.decision !== 'allow' && step.problem === undefined
      : step.call.toLowerCase().endsWith(named.toLowerCase()),
  );
  const first = found[0];
  if (first === undefined) throw notFound(named);
  const calls = [...new Set(found.map(({ step }) => step.call))];
  if (named !== undefined && calls.length > 1) {
    throw cliError({
      code: 'cli_usage',
      message: `Several calls end with "${named}".`,
      remedy: `Name one: ${calls.join(', ')}`,
    });
  }
  return { call: first.step.call, turn: first.turn };
}

function notFound(named: string | undefined): Error {
  return cliError({
    code: 'cli_local_problem',
    message:
      named === undefined
        ? 'Nothing was asked or denied in the newest turns of that conversation.'
        : `No call of the newest turns ends with "${named}".`,
    remedy: 'Name another conversation with --conversation, or the whole id of the call.',
  });
}

interface DecidedCall {
  readonly turn: string;
  readonly step: StepOf<'tool_decided'>;
}

/** Verdicts of one conversation, newest first; a call that was decided again before it ran has several. */
async function newestCalls(input: CommandInput, { api }: CliParts): Promise<readonly DecidedCall[]> {
  const turn = input.text('turn');
  if (turn !== undefined) return decidedIn(await api().readTurn(turn));
  const conversation = input.text('conversation') ?? (await newestConversation({ api }));
  if (conversation === undefined) return [];
  const page = await api().listTurns(conversation, { limit: 30 });
  return page.items.flatMap(decidedIn);
}

async function newestConversation({ api }: Pick<CliParts, 'api'>): Promise<string | undefined> {
  return (await api().listConversations({ limit: 1 })).items[0]?.id;
}

function decidedIn(turn: TurnWithSteps): readonly DecidedCall[] {
  return turn.steps
    .flatMap(({ step }) => (step.type === 'tool_decided' ? [{ turn: turn.id, step }] : []))
    .reverse();
}
