import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * The two ends of a terminal: the answer goes to `out`, everything else to `note`. Untrusted text must have gone
 * through `printable` before it comes here; `paint` adds colour only where a person looks.
 */
export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  paint(style: Style, text: string): string;
  readonly interactive: boolean;
  readonly columns: number;
}

export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function createTerminal(
  streams: { readonly stdout: TerminalStream; readonly stderr: TerminalStream },
  options: { readonly colour: boolean },
): Terminal {
  const { stdout, stderr } = streams;
  const colour = options.colour && stdout.isTTY === true && stderr.isTTY === true;
  return {
    out: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    interactive: stdout.isTTY === true,
    // A terminal that does not know its size says 0.
    columns: stdout.columns !== undefined && stdout.columns > 0 ? stdout.columns : 100,
  };
}

/** https://no-color.org: set to anything but empty means no colour. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}
