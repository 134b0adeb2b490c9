import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearestName } from '@bakerst/shared/nearest-name';
import { type Command, CommandInput, type OptionSpec, type OptionValue } from './command.ts';
import { cliError } from './errors.ts';

/** Options that every command takes. */
export const GLOBAL_OPTIONS = {
  help: { type: 'boolean', short: 'h', summary: 'what this command does, with examples' },
  json: { type: 'boolean', summary: 'print JSON for scripts' },
  home: { type: 'string', value: 'folder', summary: 'data folder of the local brain (BAKERST_HOME)' },
  url: { type: 'string', value: 'url', summary: 'talk to this brain instead (BAKERST_URL)' },
  'token-file': { type: 'string', value: 'file', summary: 'file that holds the token (or BAKERST_TOKEN)' },
  'allow-http': { type: 'boolean', summary: 'let the token travel unencrypted to a remote brain' },
  'no-colour': { type: 'boolean', summary: 'no colour (also: NO_COLOR)' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type ParsedLine =
  | { readonly kind: 'run'; readonly command: Command; readonly input: CommandInput }
  | { readonly kind: 'help'; readonly path: readonly string[]; readonly asked: boolean };

/** @throws CodedError `cli_usage` with what was probably meant. */
export function parseLine(argv: readonly string[], commands: readonly Command[]): ParsedLine {
  if (argv[0] === 'help') return { kind: 'help', path: argv.slice(1), asked: true };
  if (argv.length === 1 && argv[0] === '--version') return parseLine(['version'], commands);
  const { command, rest, path } = findCommand(argv, commands);
  if (command === undefined) {
    if (argv.some((word) => word === '--help' || word === '-h')) return { kind: 'help', path, asked: true };
    const unknown = argv[path.length];
    if (unknown !== undefined) throw unknownCommand([...path, unknown], commands);
    return { kind: 'help', path, asked: false };
  }
  const parsed = parseOptions(command, rest);
  if (parsed.values.help === true) return { kind: 'help', path: command.path, asked: true };
  checkArguments(command, parsed.positionals);
  return { kind: 'run', command, input: new CommandInput(parsed.positionals, parsed.values) };
}

function findCommand(
  argv: readonly string[],
  commands: readonly Command[],
): { command: Command | undefined; path: readonly string[]; rest: readonly string[] } {
  const words: string[] = [];
  for (const word of argv) {
    if (!commands.some((command) => startsWith(command.path, [...words, word]))) break;
    words.push(word);
    const command = commands.find((c) => c.path.length === words.length && startsWith(c.path, words));
    if (command !== undefined) return { command, path: words, rest: argv.slice(words.length) };
  }
  return { command: undefined, path: words, rest: argv.slice(words.length) };
}

export function startsWith(path: readonly string[], words: readonly string[]): boolean {
  return words.every((word, index) => path[index] === word);
}

function parseOptions(command: Command, rest: readonly string[]) {
  const specs: Record<string, OptionSpec> = { ...GLOBAL_OPTIONS, ...command.options };
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      {
        type: spec.type,
        ...(spec.short === undefined ? {} : { short: spec.short }),
        ...(spec.multiple === true ? { multiple: true } : {}),
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    return { values: values as Record<string, OptionValue>, positionals };
  } catch (cause) {
    throw wrongOption(command, specs, cause);
  }
}

function wrongOption(command: Command, specs: Record<string, OptionSpec>, cause: unknown): Error {
  const message = cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause);
  const typed = /'--?([^']+)'/.exec(message)?.[1];
  const near = typed === undefined ? undefined : nearestName(typed, Object.keys(specs));
  const help = `See: bakerst ${command.path.join(' ')} --help`;
  return cliError({
    code: 'cli_usage',
    message: `${message}.`,
    remedy: near === undefined || near === typed ? help : `Did you mean --${near}? ${help}`,
    cause,
  });
}

function checkArguments(command: Command, given: readonly string[]): void {
  const missing = command.args.find((arg, index) => arg.required === true && given[index] === undefined);
  const name = command.path.join(' ');
  if (missing !== undefined) {
    throw cliError({
      code: 'cli_usage',
      message: `\`bakerst ${name}\` needs <${missing.name}>: ${missing.summary}.`,
      remedy: `See: bakerst ${name} --help`,
    });
  }
  const takesMany = command.args.at(-1)?.many === true;
  const surplus = given[command.args.length];
  if (surplus === undefined || takesMany) return;
  throw cliError({
    code: 'cli_usage',
    message: `\`bakerst ${name}\` does not know what to do with "${surplus}".`,
    remedy: `See: bakerst ${name} --help`,
  });
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): Error {
  const typed = words.join(' ');
  const near = nearestName(
    typed,
    commands.flatMap((command) => [command.path.join(' '), command.path.slice(0, words.length).join(' ')]),
  );
  return cliError({
    code: 'cli_usage',
    message: `There is no command "${typed}".`,
    remedy:
      near === undefined
        ? 'See: bakerst --help'
        : `Did you mean \`bakerst ${near}\`? All of them: bakerst --help`,
  });
}
