import type { Readable } from 'node:stream';
import type { ApiClient } from './api-client.ts';
import type { Profile } from './profile.ts';
import type { Terminal } from './terminal.ts';

export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  /** Takes all that remain. Only the last may. */
  readonly many?: boolean;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly summary: string;
  /** Name of the value in help: `--model <ref>`. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: boolean;
}

/** One command. Help, parsing and completion all come from this. */
export interface Command {
  /** Noun, then verb: `['conversations', 'list']`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** What a person needs to know beyond the summary. */
  readonly details?: string;
  readonly args: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  readonly run: CommandRun;
}

/** Resolves to the exit code; expected failures are thrown as `CodedError`. */
export type CommandRun = (input: CommandInput, parts: CliParts) => Promise<number>;

/** What was typed, checked against the command. */
export class CommandInput {
  readonly args: readonly string[];
  readonly #values: Readonly<Record<string, OptionValue>>;

  constructor(args: readonly string[], values: Readonly<Record<string, OptionValue>>) {
    this.args = args;
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  arg(index: number): string {
    return this.args[index] ?? '';
  }
}

export type OptionValue = string | boolean | (string | boolean)[] | undefined;

/** Everything a command may touch; `main.ts` builds it. */
export interface CliParts {
  readonly terminal: Terminal;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly newKey: () => string;
  /** Aborted by Ctrl-C, once. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Root of the checkout; absent for the published CLI. */
  readonly checkout?: string;
  readonly profile: Profile;
  /** Made on first use, so that commands without a brain need no token. */
  readonly api: () => ApiClient;
}
