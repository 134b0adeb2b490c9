import type { Guard } from '@bakerst/shared/guard';
import type { Policy, ToolPolicy } from '@bakerst/shared/policy';
import type { ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import type { z } from 'zod';
import { guardOf } from './turn-house.ts';

const PIN = 'a'.repeat(64);

/** A tool of a server that records what it was asked and answers as told. */
export function mailServer(
  run: ToolSource['call'] = async () => ({ content: [{ type: 'text', text: 'sent' }], isError: false }),
  over: Partial<ToolDefinition> = {},
) {
  const calls: Readonly<Record<string, unknown>>[] = [];
  const definition: ToolDefinition = {
    name: 'mail__send',
    server: 'mail',
    description: 'Sends',
    parameters: { type: 'object' },
    effect: 'external',
    idempotent: false,
    deadlineMs: 5_000,
    maxResultBytes: 10_000,
    pin: PIN,
    ...over,
  };
  const source: ToolSource = {
    server: 'mail',
    tools: () => [definition],
    call: (tool, args, context): Promise<ToolOutput> => {
      calls.push(args);
      return run(tool, args, context);
    },
  };
  return { source, calls };
}

export const sendMail = { name: 'mail__send', arguments: '{"to":"a"}' };

/** A policy under which the mail server's tool is accepted: it runs where the words say "send". */
export function mailPolicy(tool: Partial<z.input<typeof ToolPolicy>> = {}): z.input<typeof Policy> {
  return {
    version: 1,
    servers: {
      mail: {
        clearance: 'internal',
        tools: { send: { pin: PIN, effect: 'external', arguments: { to: {} }, ...tool } },
      },
    },
  };
}

/** A guard that lets nothing run without a person. */
export const askAlways: Guard = Object.assign(guardOf(mailPolicy()), {
  wantsPlan: () => false,
  decide: (_context: unknown, { tool, server, effect }: Parameters<Guard['decide']>[1]) => ({
    decision: 'ask' as const,
    reasons: [{ rule: 'always', message: 'Ask always.' }],
    card: { title: 'Send?', tool, server, effect, values: [] },
  }),
});
