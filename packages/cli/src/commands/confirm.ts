import { createInterface } from 'node:readline/promises';
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
  if (parts.stdin.isTTY !== true) {
    throw cliError({
      code: 'cli_usage',
      message: 'Nobody is there to be asked.',
      remedy: 'Pass --yes to do it without asking.',
    });
  }
  const lines = createInterface({ input: parts.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: parts.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
