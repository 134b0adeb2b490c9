import { join } from 'node:path';
import { attackingServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { acceptServers } from '../../running/accept-tools.ts';
import { untilServer } from '../../running/mcp-servers.ts';
import type { ConsoleUnderTest } from './console-under-test.ts';

/** Letters can be sent, and one can be read that a stranger wrote. Nobody has accepted the tools of the server yet. */
export function lettersServer(): Readonly<Record<string, unknown>> {
  const world = join(import.meta.dirname, 'letters.world.json');
  return {
    mcpServers: { letters: attackingServer('world', { flags: { world }, more: { unconfined: true } }) },
  };
}

export async function untilLettersAreReady(console: ConsoleUnderTest): Promise<void> {
  await untilServer(console.brain(), 'letters', 'ready');
}

/** Somebody has looked at both tools: one reads what strangers write, the other reaches out to whom `to` names. */
export async function acceptLetters(console: ConsoleUnderTest): Promise<void> {
  await acceptServers(console.brain(), {
    letters: {
      clearance: 'internal',
      tools: {
        read: { effect: 'read' },
        send: {
          effect: 'external',
          arguments: { to: { slot: 'recipient', type: 'email' }, text: { role: 'content' } },
        },
      },
    },
  });
}

/** What the card of a letter is called. */
export const LETTER_CARD = 'Approval: Let it reach others with letters__send?';
/** A decision within two seconds counts as too quick: what is shown is read first. */
export const READING_MS = 2_100;
