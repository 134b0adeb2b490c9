import { readFileSync } from 'node:fs';
import { type Flags, type Misbehaviour, said, server, type Tool } from './plain-server.ts';

/** A server as a test writes it down: any tools, and what each call answers. */
export interface World {
  readonly instructions?: string;
  readonly tools: readonly Tool[];
  /**
   * By tool: results of `tools/call` in order, the last one again for every further call. `{name}` in any text of them
   * becomes the argument of that name. A tool without one says "done".
   */
  readonly answers?: Readonly<Record<string, readonly WorldAnswer[]>>;
}

export type WorldAnswer =
  | string
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } };

/** `--world=<file>`: JSON of a `World`. */
export function scriptedWorld({ world: file }: Flags): Misbehaviour {
  const world = JSON.parse(readFileSync(file ?? '', 'utf8')) as World;
  const calls = new Map<string, number>();
  return server({
    tools: () => world.tools,
    call: (name, args) => {
      const count = calls.get(name) ?? 0;
      calls.set(name, count + 1);
      const answers = world.answers?.[name] ?? ['done'];
      const answer = answers[Math.min(count, answers.length - 1)] ?? 'done';
      const filled = fill(answer, args) as WorldAnswer;
      return typeof filled === 'string' ? said(filled) : filled;
    },
    ...(world.instructions !== undefined && { instructions: world.instructions }),
  });
}

function fill(value: unknown, args: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (whole, name: string) => (name in args ? String(args[name]) : whole));
  if (Array.isArray(value)) return value.map((member) => fill(member, args));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, args)]));
}
