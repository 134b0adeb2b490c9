import { CodedError } from '@bakerst/shared/coded-error';
import type { CliParts, Command, CommandInput } from './command.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { helpText } from './help-text.ts';
import { parseLine } from './parse-command.ts';
import { printableJson, printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface CliProgram {
  readonly commands: readonly Command[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Builds what a command may touch, once its options are known. */
  readonly partsFor: (input: CommandInput) => CliParts;
}

/** Runs one command line to its exit code. Never throws: whatever goes wrong is said with a remedy. */
export async function runCli(argv: readonly string[], program: CliProgram): Promise<number> {
  const { commands, terminal } = program;
  try {
    const parsed = parseLine(argv, commands);
    if (parsed.kind === 'help') {
      const text = helpText(parsed.path, commands);
      if (parsed.asked) terminal.out(text);
      else terminal.note(text);
      return parsed.asked ? EXIT.ok : EXIT.usage;
    }
    return await parsed.command.run(parsed.input, program.partsFor(parsed.input));
  } catch (error) {
    if (program.signal.aborted) return EXIT.interrupted;
    explain(error, { terminal, json: argv.includes('--json') });
    return exitCodeOf(error);
  }
}

function explain(
  error: unknown,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): void {
  if (!(error instanceof CodedError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.note(`bakerst: a defect in this program. Please report it:\n${text}\n`);
    return;
  }
  const { code, message, remedy } = error;
  if (json) terminal.note(`${printableJson({ error: { code, message, remedy } })}\n`);
  else
    terminal.note(`${terminal.paint('red', 'error')} ${printableLine(message)}\n${printableLine(remedy)}\n`);
}
