import { createInterface, type Interface } from 'node:readline';
import type { SendMessageRequest } from '@bakerst/shared/api/conversations';
import { CodedError } from '@bakerst/shared/coded-error';
import type { CliParts, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { sendMessage } from '../send-message.ts';
import { closingNote, showTurn } from '../show-turn.ts';
import { collectBursts } from './line-bursts.ts';

const HELP = `  /new              begin a new conversation
  /model [ref]      let another model answer; without a name: the configured one
  /conversation     the id of this conversation
  /help             this text
  /exit             leave (also Ctrl-D)
Ctrl-C stops an answer; at the prompt it leaves. Several lines pasted at once are sent as quoted text.
`;

interface Session {
  conversation: string | undefined;
  model: string | undefined;
  /** What was pasted and waits for the words that go with it. */
  pasted: string | undefined;
}

/** A conversation in the terminal, until /exit, Ctrl-D or Ctrl-C at the prompt. */
export async function runChatSession(input: CommandInput, parts: CliParts): Promise<number> {
  const me = await parts.api().me();
  const session: Session = {
    conversation: input.text('conversation'),
    model: input.text('model'),
    pasted: undefined,
  };
  parts.terminal.note(`${printableLine(me.agentName)} listens. /help says what you can do here.\n`);
  const lines = createInterface({
    input: parts.stdin,
    output: process.stderr,
    prompt: '> ',
    historySize: 500,
  });
  const stop = new StopButton(lines);
  try {
    lines.prompt();
    for await (const burst of collectBursts(lines, PASTE_GAP_MS)) {
      if (!(await answer(burst, session, { parts, stop, input }))) break;
      lines.setPrompt(session.pasted === undefined ? '> ' : 'what should be done with it? > ');
      lines.prompt();
    }
  } finally {
    lines.close();
  }
  if (session.conversation !== undefined) {
    parts.terminal.note(`Go on with it: bakerst chat --conversation ${session.conversation}\n`);
  }
  return EXIT.ok;
}

/** Nobody types a whole line in this time. */
const PASTE_GAP_MS = 25;

/** Ctrl-C: stops the running turn, or leaves. */
class StopButton {
  #turn: AbortController | undefined;

  constructor(lines: Interface) {
    lines.on('SIGINT', () => {
      if (this.#turn === undefined) lines.close();
      else this.#turn.abort(new Error('stopped by Ctrl-C'));
    });
  }

  async while<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#turn = new AbortController();
    try {
      return await run(this.#turn.signal);
    } finally {
      this.#turn = undefined;
    }
  }
}

interface Surroundings {
  readonly parts: CliParts;
  readonly stop: StopButton;
  readonly input: CommandInput;
}

/** False where the session is over. */
async function answer(burst: readonly string[], session: Session, around: Surroundings): Promise<boolean> {
  const typed = burst.length === 1 ? (burst[0] ?? '').trim() : '';
  if (burst.length > 1) {
    session.pasted = burst.join('\n');
    around.parts.terminal.note(`  ${burst.length} lines pasted. Enter alone sends them as they are.\n`);
    return true;
  }
  if (typed.startsWith('/')) return command(typed, session, around.parts);
  if (typed === '' && session.pasted === undefined) return true;
  try {
    await send(typed, session, around);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    around.parts.terminal.note(`${printableLine(error.message)}\n  ${printableLine(error.remedy)}\n`);
  }
  return true;
}

async function send(typed: string, session: Session, { parts, stop, input }: Surroundings): Promise<void> {
  const message: SendMessageRequest['parts'] = [];
  if (typed !== '') message.push({ type: 'words', text: typed });
  if (session.pasted !== undefined) message.push({ type: 'quoted', source: 'paste', text: session.pasted });
  const { conversation, model } = session;
  const accepted = await sendMessage(parts, {
    parts: message,
    ...(conversation === undefined ? {} : { conversation }),
    ...(model === undefined ? {} : { model }),
  });
  session.pasted = undefined;
  session.conversation = accepted.conversation;
  const options = { live: !input.flag('no-stream'), quiet: input.flag('quiet') };
  const result = await stop.while((signal) => showTurn(accepted.turn.id, options, { parts, stop: signal }));
  parts.terminal.note(parts.terminal.paint('dim', `${printableLine(closingNote(result))}\n`));
}

function command(typed: string, session: Session, { terminal }: CliParts): boolean {
  const [name = '', value] = typed.split(/\s+/, 2);
  switch (name) {
    case '/exit':
    case '/quit':
      return false;
    case '/new':
      session.conversation = undefined;
      session.pasted = undefined;
      terminal.note('  a new conversation\n');
      return true;
    case '/model':
      session.model = value;
      terminal.note(
        `  ${value === undefined ? 'the configured model answers' : `${printableLine(value)} answers`}\n`,
      );
      return true;
    case '/conversation':
      terminal.note(`  ${session.conversation ?? 'none yet'}\n`);
      return true;
    default:
      terminal.note(name === '/help' ? HELP : `  There is no ${printableLine(name)}.\n${HELP}`);
      return true;
  }
}
