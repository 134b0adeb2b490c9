import type { Command } from '../command.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** `commands` is asked at run time: this command is itself one of them. */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    path: ['completion'],
    summary: 'tab completion for a shell',
    args: [{ name: 'shell', summary: `one of ${SHELLS.join(', ')}`, required: true }],
    options: {},
    examples: [
      'bakerst completion bash > ~/.local/share/bash-completion/completions/bakerst',
      'bakerst completion fish > ~/.config/fish/completions/bakerst.fish',
    ],
    async run(input, { terminal }) {
      const shell = SHELLS.find((name) => name === input.arg(0));
      if (shell === undefined) {
        throw cliError({
          code: 'cli_usage',
          message: `There is no completion for "${input.arg(0)}".`,
          remedy: `Shells are ${SHELLS.join(', ')}.`,
        });
      }
      terminal.out(completionScript(shell, commands()));
      return EXIT.ok;
    },
  };
}
