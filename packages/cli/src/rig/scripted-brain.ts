import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { ApiClient } from '../api-client.ts';
import { type CliParts, type Command, CommandInput, type OptionValue } from '../command.ts';
import type { ApiRequest } from '../http-door.ts';
import type { Profile } from '../profile.ts';

export const AT = '2026-01-02T03:04:05.006Z';

const profile: Profile = {
  kind: 'remote',
  home: '/nowhere',
  url: 'http://127.0.0.1:1',
  token: () => 'bst_x',
} as never;

export interface Line {
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** What the person types, one answer for each question; absent: nobody is at the terminal. */
  readonly types?: readonly string[];
  readonly env?: CliParts['env'];
  /** Hears each note as it is said, also of a command that fails. */
  readonly onNote?: (text: string) => void;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
  readonly asked: readonly ApiRequest[];
}

/** Runs one command against a brain that answers from a script. */
export async function runCommand(
  command: Command | undefined,
  line: Line,
  answer: (request: ApiRequest) => unknown,
): Promise<Ran> {
  assert.ok(command, 'there is such a command');
  const asked: ApiRequest[] = [];
  const typing = [...(line.types ?? [])];
  const stdin: PassThrough & { isTTY?: boolean } = new PassThrough();
  stdin.isTTY = line.types !== undefined;
  let out = '';
  let notes = '';
  const api = new ApiClient(
    {
      json: async (request) => {
        asked.push(request);
        return answer(request);
      },
      open: () => Promise.reject(new Error('nothing streams here')),
    },
    'http://127.0.0.1:1',
  );
  const parts: CliParts = {
    terminal: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
        line.onNote?.(text);
        // A question ends without a line break: only then somebody types.
        const next = /[?:\]] $/.test(text) ? typing.shift() : undefined;
        if (next !== undefined) setImmediate(() => stdin.write(`${next}\n`));
      },
      paint: (_style, text) => text,
      interactive: false,
      columns: 100,
    },
    stdin,
    env: line.env ?? {},
    now: () => Date.parse(AT),
    newKey: () => 'key',
    signal: new AbortController().signal,
    version: '0.0.0',
    profile,
    api: () => api,
  };
  const code = await command.run(new CommandInput(line.args ?? [], line.options ?? {}), parts);
  return { code, out, notes, asked };
}

export function commandNamed(commands: readonly Command[], path: string): Command | undefined {
  return commands.find((one) => one.path.join(' ') === path);
}
