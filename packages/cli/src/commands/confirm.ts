import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { CliParts, CommandInput, OptionSpec } from '../command.ts';
import { cliError } from '../errors.ts';

export const YES = {
  type: 'boolean',
  short: 'y',
  summary: 'do not ask (for scripts)',
} as const satisfies OptionSpec;

/** Asks before something that cannot be undone; where nobody can be asked it needs `--yes`. */
export async function confirmed(input: CommandInput, parts: CliParts, question: string): Promise<boolean> {
  if (input.flag('yes')) return true;
  const answer = await askPerson(parts, `${question} [y/N] `, 'Pass --yes to do it without asking.');
  return /^y(es)?$/i.test(answer.trim());
}

/**
 * One line from the person at the terminal.
 * @throws CodedError `cli_usage` with `remedy` where nobody is there.
 */
export function askPerson(parts: CliParts, question: string, remedy: string): Promise<string> {
  return ask(parts, { question, remedy, echo: true });
}

/** The same for a secret: what is typed is not shown. */
export async function askSecret(parts: CliParts, question: string, remedy: string): Promise<string> {
  const answer = await ask(parts, { question, remedy, echo: false });
  parts.terminal.note('\n');
  return answer.trim();
}

interface Question {
  readonly question: string;
  readonly remedy: string;
  readonly echo: boolean;
}

async function ask(parts: CliParts, { question, remedy, echo }: Question): Promise<string> {
  if (parts.stdin.isTTY !== true) {
    throw cliError({ code: 'cli_usage', message: 'Nobody is there to be asked.', remedy });
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // For a secret readline puts the terminal into raw mode, which echoes nothing, and writes its own echo nowhere.
  const lines = createInterface({ input: parts.stdin, output: nowhere, terminal: !echo, historySize: 0 });
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  lines.once('SIGINT', () => lines.close());
  parts.terminal.note(question);
  try {
    return await lines.question('', { signal: AbortSignal.any([parts.signal, closed.signal]) });
  } catch (error) {
    // Ctrl-C and Ctrl-D answer nothing: that is no.
    if (closed.signal.aborted && !parts.signal.aborted) return '';
    throw error;
  } finally {
    lines.close();
  }
}
