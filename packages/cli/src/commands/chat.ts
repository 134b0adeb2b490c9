import type { SendMessageRequest } from '@bakerst/shared/api/conversations';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { sendMessage } from '../send-message.ts';
import { closingNote, showTurn } from '../show-turn.ts';
import type { TurnResult } from '../turn-view.ts';
import { runChatSession } from './chat-session.ts';

export const chatCommand: Command = {
  path: ['chat'],
  summary: 'talk to the agent; one message when it is given, else a conversation',
  details:
    'With words on the command line (or text on stdin) it sends one message, prints the answer on stdout and\n' +
    'everything else on stderr. Words are yours; stdin goes along as quoted text, which the agent reads as data, and\n' +
    'so do code fences and lines that begin with ">". A turn that waits for an approval ends with 5, or is waited\n' +
    'for with --wait.\n' +
    'Without either it opens a conversation: /help there says more. Ctrl-C stops the answer, then the program.',
  args: [{ name: 'words', summary: 'the message', many: true }],
  options: {
    conversation: { type: 'string', short: 'c', value: 'id', summary: 'go on with this conversation' },
    model: { type: 'string', short: 'm', value: 'provider/model', summary: 'let this model answer' },
    wait: { type: 'boolean', summary: 'stay while an approval is open, until it is decided' },
    'no-stream': { type: 'boolean', summary: 'print the answer only once it is whole' },
    quiet: { type: 'boolean', short: 'q', summary: 'say nothing about tool calls, model and cost' },
  },
  examples: [
    'bakerst chat',
    'bakerst chat "What did we decide about the parser?"',
    'git diff | bakerst chat "Review this change"',
    'bakerst chat --json "Say hello" | jq -r .text',
  ],
  run: chat,
};

const MAX_STDIN_BYTES = 4_194_304;

async function chat(input: CommandInput, parts: CliParts): Promise<number> {
  const words = input.args.join(' ').trim();
  const piped = parts.stdin.isTTY === true ? '' : await readAll(parts.stdin);
  if (words === '' && piped === '' && parts.stdin.isTTY === true) return runChatSession(input, parts);
  const message: SendMessageRequest['parts'] = [];
  // The brain tells fences and quotes apart: only who sees the whole text knows how far they reach.
  if (words !== '') message.push({ type: 'words', text: words });
  if (piped !== '') message.push({ type: 'quoted', source: 'stdin', text: piped });
  if (message.length === 0) {
    throw cliError({
      code: 'cli_usage',
      message: 'There is nothing to send.',
      remedy: 'Give the message as an argument or on stdin. See: bakerst chat --help',
    });
  }
  return oneShot(message, input, parts);
}

async function oneShot(
  message: SendMessageRequest['parts'],
  input: CommandInput,
  parts: CliParts,
): Promise<number> {
  const { terminal } = parts;
  const accepted = await sendMessage(parts, { parts: message, ...chosen(input) });
  const json = input.flag('json');
  const live = terminal.interactive && !json && !input.flag('no-stream');
  const quiet = input.flag('quiet') || json;
  const output: CliParts = json ? { ...parts, terminal: { ...terminal, out: () => undefined } } : parts;
  const options = { live, quiet, wait: input.flag('wait') };
  const result = await showTurn(accepted.turn.id, options, { parts: output, stop: parts.signal });
  if (json) {
    const { conversation, turn } = accepted;
    terminal.out(`${printableJson({ conversation, turn: turn.id, ...result })}\n`);
  } else if (!quiet || result.status !== 'completed') {
    terminal.note(terminal.paint('dim', `${printableLine(closingNote(result))}\n`));
  }
  return exitCodeOfTurn(result);
}

/** Conversation and model as the options say. */
export function chosen(input: CommandInput): Pick<SendMessageRequest, 'conversation' | 'model'> {
  const conversation = input.text('conversation');
  const model = input.text('model');
  return {
    ...(conversation === undefined ? {} : { conversation }),
    ...(model === undefined ? {} : { model }),
  };
}

function exitCodeOfTurn(result: TurnResult): number {
  switch (result.status) {
    case 'completed':
      return EXIT.ok;
    case 'parked':
      return EXIT.waitsForApproval;
    case 'cancelled':
      return EXIT.interrupted;
    default:
      return EXIT.failed;
  }
}

async function readAll(stdin: CliParts['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > MAX_STDIN_BYTES) {
      throw cliError({
        code: 'cli_usage',
        message: `stdin holds more than ${MAX_STDIN_BYTES} bytes.`,
        remedy: 'Send a part of it.',
      });
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8').trimEnd();
}
