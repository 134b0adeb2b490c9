import { readFile } from 'node:fs/promises';
import type { PolicyView } from '@bakerst/shared/api/guard';
import { cliError } from './errors.ts';
import { framedText } from './framed-text.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** @throws CodedError `cli_local_problem` */
export async function readPolicyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw cliError({
      code: 'cli_local_problem',
      message: `The file ${file} cannot be read.`,
      remedy: 'Name a policy file. Make one of what is in force: bakerst policy show --text > policy.yaml',
      cause,
    });
  }
}

interface Problem {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** As a compiler says it, so that editors find the place: `file:line:column: message`. */
export function problemLines(
  problems: readonly Problem[],
  file: string,
  terminal: Pick<Terminal, 'paint' | 'columns'>,
): string {
  return problems
    .map(({ line, column, path, message, remedy }) => {
      const place = [file, line, column].filter((part) => part !== undefined).join(':');
      const where = path === '' ? '' : ` (${path})`;
      const head = terminal.paint('bold', `${printableLine(place)}: `);
      return `${head}${printableLine(`${message}${where}`)}\n  remedy: ${printableLine(remedy)}\n`;
    })
    .join('');
}

const SOURCES: Readonly<Record<PolicyView['source'], string>> = {
  file: 'from its file',
  'built-in': 'built in: there is no file yet',
  missing: 'MISSING: everything but reads is denied',
};

/** What is in force, in words. */
export function policyInWords(policy: PolicyView, terminal: Pick<Terminal, 'paint' | 'columns'>): string {
  const { columns } = terminal;
  const field = (name: string, value: string) =>
    framedText(value, columns, { first: name.padEnd(10), rest: `${' '.repeat(8)}│ ` });
  const head = [
    field('profile', policy.profile),
    field('policy', `${policy.hash.slice(0, 12)}, ${SOURCES[policy.source]}, since ${policy.loadedAt}`),
    ...(policy.path === undefined
      ? []
      : [field('file', `${policy.path}${policy.writable ? '' : ' (cannot be changed from here)'}`)]),
  ];
  const sections = policy.words.map(({ title, lines }) => {
    const body = lines.map((line) => framedText(line, columns, { first: '  ', rest: '  │ ' })).join('');
    return `\n${terminal.paint('bold', printableLine(title))}\n${body}`;
  });
  const refused =
    policy.problems.length === 0
      ? ''
      : `\n${terminal.paint('red', 'A newer text of it was refused; the one above stays in force')}\n` +
        problemLines(policy.problems, policy.path ?? 'policy', terminal);
  return `${head.join('')}${sections.join('')}${refused}`;
}

export const PROFILE_WORDS: Readonly<Record<PolicyView['profile'], string>> = {
  strict: 'as balanced, and asks MORE: your words must spell out what they ask for',
  balanced: 'after something untrusted was read, what your words do not ask for is asked',
  autonomous: 'asks LESS: your words need not ask for a call; for agents that nobody watches',
  observe: 'RUNS what would be asked and records it; only for trying a policy out',
};
