import type { Command, OptionSpec } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { GLOBAL_OPTIONS, startsWith } from './parse-command.ts';

/** Help for the whole program, for a noun, or for one command. */
export function helpText(path: readonly string[], commands: readonly Command[]): string {
  const command = commands.find((c) => c.path.length === path.length && startsWith(c.path, path));
  if (command !== undefined) return commandHelp(command);
  const inside = commands.filter((c) => startsWith(c.path, path));
  return inside.length === 0 || path.length === 0 ? programHelp(commands) : nounHelp(path, inside);
}

function programHelp(commands: readonly Command[]): string {
  return [
    'bakerst: talk to Baker Street and look after it',
    '',
    'Usage: bakerst <command> [arguments] [options]',
    '',
    'Commands',
    ...rows(commands.map((command) => [command.path.join(' '), command.summary])),
    '',
    'Options of every command',
    ...optionRows(GLOBAL_OPTIONS),
    '',
    'Exit codes',
    ...rows(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning])),
    '',
    'Examples',
    '  bakerst up',
    '  bakerst chat "What can you do?"',
    '  git diff | bakerst chat "Review this change"',
    '  bakerst status --json',
    '',
    'More about one command: bakerst <command> --help',
    '',
  ].join('\n');
}

function nounHelp(path: readonly string[], inside: readonly Command[]): string {
  return [
    `Usage: bakerst ${path.join(' ')} <command>`,
    '',
    'Commands',
    ...rows(inside.map((command) => [command.path.join(' '), command.summary])),
    '',
    'Examples',
    ...inside.flatMap((command) => command.examples.slice(0, 1)).map((example) => `  ${example}`),
    '',
  ].join('\n');
}

function commandHelp(command: Command): string {
  const lines = [`bakerst ${command.path.join(' ')}: ${command.summary}`, '', `Usage: ${usage(command)}`];
  if (command.details !== undefined) lines.push('', command.details);
  if (command.args.length > 0) {
    lines.push('', 'Arguments', ...rows(command.args.map((arg) => [`<${arg.name}>`, arg.summary])));
  }
  if (Object.keys(command.options).length > 0) lines.push('', 'Options', ...optionRows(command.options));
  lines.push('', 'Options of every command', ...optionRows(GLOBAL_OPTIONS));
  lines.push('', 'Examples', ...command.examples.map((example) => `  ${example}`), '');
  return lines.join('\n');
}

function usage(command: Command): string {
  const args = command.args.map((arg) => {
    const name = arg.many === true ? `<${arg.name}...>` : `<${arg.name}>`;
    return arg.required === true ? name : `[${name}]`;
  });
  return ['bakerst', ...command.path, ...args, '[options]'].join(' ');
}

function optionRows(options: Readonly<Record<string, OptionSpec>>): string[] {
  return rows(
    Object.entries(options).map(([name, spec]) => {
      const short = spec.short === undefined ? '' : `-${spec.short}, `;
      const value = spec.type === 'string' ? ` <${spec.value ?? 'text'}>` : '';
      return [`${short}--${name}${value}`, spec.summary];
    }),
  );
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
