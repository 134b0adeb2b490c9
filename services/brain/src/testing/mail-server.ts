import { createListedToolsGuard } from '@bakerst/guard/listed-tools-guard';
import type { Guard } from '@bakerst/shared/guard';
import type { ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';

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

/** A guard that lets nothing run without a person. */
export const askAlways: Guard = {
  ...createListedToolsGuard({ allow: ['mail__send'] }),
  decide: (_context, { tool, server, effect }) => ({
    decision: 'ask',
    reasons: [{ rule: 'always', message: 'Ask always.' }],
    card: { title: 'Send?', tool, server, effect, values: [] },
  }),
};
