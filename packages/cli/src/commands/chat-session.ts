import { createInterface } from 'node:readline';
import type { SendMessageRequest } from '@bakerst/shared/api/conversations';
import { CodedError } from '@bakerst/shared/coded-error';
import type { CliParts, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { sendMessage } from '../send-message.ts';
import { closingNote, showTurn } from '../show-turn.ts';
import { collectBursts } from './line-bursts.ts';
import { PasteWatch } from './paste-watch.ts';
import { StopButton } from './stop-button.ts';

const HELP = `  /new              begin a new conversation
  /model [ref]      let another model answer; without a name: the configured one
  /conversation     the id of this conversation
  /wait             go on with a turn that waited for an approval, once it is decided
  /help             this text
  /exit             leave (also Ctrl-D)
Ctrl-C stops an answer; at the prompt it leaves. What is pasted in quantity, code fences and lines
that begin with ">" are sent as quoted text: the agent reads them as data.
`;

interface Session {
  conversation: string | undefined;
  model: string | undefined;
  /** What was pasted and waits for the words that go with it. */
  pasted: string | undefined;
  /** The turn that waits for an approval, and how much of it was shown. */
  parked: { readonly turn: string; readonly after: number } | undefined;
}

/** A conversation in the terminal, until /exit, Ctrl-D or Ctrl-C at the prompt. */
export async function runChatSession(input: CommandInput, parts: CliParts): Promise<number> {
  const me = await parts.api().me();
  const session: Session = {
    conversation: input.text('conversation'),
    model: input.text('model'),
    pasted: undefined,
    parked: undefined,
  };
  parts.terminal.note(`${printableLine(me.agentName)} listens. /help says what you can do here.\n`);
  const lines = createInterface({
    input: parts.stdin,
    output: process.stderr,
    prompt: '> ',
    historySize: 500,
  });
  const stop = new StopButton(lines);
  const pastes = new PasteWatch(parts.stdin, () => performance.now());
  try {
    lines.prompt();
    for await (const burst of collectBursts(lines, PASTE_GAP_MS)) {
      if (!(await answer(burst, session, { parts, stop, input, pastes }))) break;
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

interface Surroundings {
  readonly parts: CliParts;
  readonly stop: StopButton;
  readonly input: CommandInput;
  readonly pastes: PasteWatch;
}

/** False where the session is over. */
async function answer(burst: readonly string[], session: Session, around: Surroundings): Promise<boolean> {
  const { typed, pasted } = around.pastes.split(burst.length === 1 ? (burst[0] ?? '').trim() : '');
  const whole = burst.length > 1 ? burst : pasted;
  if (whole.length > 0) session.pasted = [session.pasted, ...whole].filter(Boolean).join('\n');
  if (whole.length > 0 && typed === '') {
    const what = burst.length > 1 ? `${burst.length} lines` : `${session.pasted?.length} characters`;
    around.parts.terminal.note(`  ${what} pasted. Enter alone sends them as they are.\n`);
    return true;
  }
  if (typed.startsWith('/') && typed !== '/wait') return command(typed, session, around.parts);
  if (typed === '' && session.pasted === undefined) return true;
  try {
    if (typed === '/wait') await goOn(session, around);
    else await send(typed, session, around);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    around.parts.terminal.note(`${printableLine(error.message)}\n  ${printableLine(error.remedy)}\n`);
  }
  return true;
}

async function send(typed: string, session: Session, around: Surroundings): Promise<void> {
  const { parts } = around;
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
  session.parked = undefined;
  if (accepted.withdrawnApprovals.length > 0) {
    parts.terminal.note('  what was waiting for a decision is withdrawn: this message came instead\n');
  }
  await show({ turn: accepted.turn.id, after: 0 }, session, around);
}

/** With a turn that was parked when it was shown last: this time until it is over. */
async function goOn(session: Session, around: Surroundings): Promise<void> {
  if (session.parked === undefined) around.parts.terminal.note('  nothing waits here\n');
  else await show(session.parked, session, around);
}

async function show(
  { turn, after }: NonNullable<Session['parked']>,
  session: Session,
  { parts, stop, input }: Surroundings,
): Promise<void> {
  const options = { live: !input.flag('no-stream'), quiet: input.flag('quiet'), after, wait: after > 0 };
  const result = await stop.while((signal) => showTurn(turn, options, { parts, stop: signal }));
  session.parked = result.status === 'parked' ? { turn, after: result.seq } : undefined;
  parts.terminal.note(parts.terminal.paint('dim', `${printableLine(closingNote(result))}\n`));
  if (session.parked !== undefined) parts.terminal.note('  /wait goes on here once it is decided.\n');
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
      session.parked = undefined;
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
