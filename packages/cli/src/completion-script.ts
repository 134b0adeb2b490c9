import type { Command } from './command.ts';
import { GLOBAL_OPTIONS } from './parse-command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Tab completion of nouns, verbs and options, made from the command table. Nothing is asked of the brain. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return `#compdef bakerst\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

function bash(commands: readonly Command[]): string {
  const cases = [...wordsAfter(commands)].map(
    ([path, words]) => `    ${path === '' ? '""' : `"${path}"`}) words="${words.join(' ')}" ;;`,
  );
  return `_bakerst() {
  local path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _bakerst bakerst
`;
}

function fish(commands: readonly Command[]): string {
  const lines = ['complete -c bakerst -f'];
  for (const [path, words] of wordsAfter(commands)) {
    const seen =
      path === '' ? '__fish_use_subcommand' : `string match -qr '^bakerst ${path}( |$)' (commandline -pc)`;
    lines.push(`complete -c bakerst -n "${seen}" -a "${words.join(' ')}"`);
  }
  return `${lines.join('\n')}\n`;
}

/** For each prefix of words what may come next: further words, and options where a command is complete. */
function wordsAfter(commands: readonly Command[]): Map<string, string[]> {
  const next = new Map<string, Set<string>>();
  const add = (path: string, word: string): void => void (next.get(path) ?? put(next, path)).add(word);
  for (const command of commands) {
    for (const [index, word] of command.path.entries()) add(command.path.slice(0, index).join(' '), word);
    for (const option of [...Object.keys(GLOBAL_OPTIONS), ...Object.keys(command.options)]) {
      add(command.path.join(' '), `--${option}`);
    }
  }
  return new Map([...next].map(([path, words]) => [path, [...words]]));
}

function put(map: Map<string, Set<string>>, path: string): Set<string> {
  const set = new Set<string>();
  map.set(path, set);
  return set;
}
