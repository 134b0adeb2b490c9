/** A command of the composer; the first that matches runs on Enter. */
export interface SlashCommand {
  readonly name: string;
  readonly does: string;
  readonly run: () => void;
}

export function matchCommands(commands: readonly SlashCommand[], words: string): readonly SlashCommand[] {
  if (!/^\/[a-z]*$/.test(words)) return [];
  return commands.filter((command) => `/${command.name}`.startsWith(words));
}

export interface SlashMenuProps {
  readonly commands: readonly SlashCommand[];
  readonly onRun: (command: SlashCommand) => void;
}

export function SlashMenu({ commands, onRun }: SlashMenuProps) {
  return (
    <ul className="slash-menu" aria-label="Commands">
      {commands.map((command, index) => (
        <li key={command.name}>
          <button type="button" data-first={index === 0 || undefined} onClick={() => onRun(command)}>
            <code>/{command.name}</code> <span className="muted">{command.does}</span>
            {index === 0 ? <kbd>Enter</kbd> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}
