import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { PolicyView, ServerReview } from '@bakerst/shared/api/guard';
import { until } from '../../running/talk.ts';
import type { ConsoleUnderTest } from './console-under-test.ts';

/** The server of `letters-server.ts` as a setting of the brain; nobody has accepted its tools yet. */
export function lettersServer(): Readonly<Record<string, unknown>> {
  return {
    mcpServers: {
      letters: {
        transport: 'stdio',
        command: process.execPath,
        args: [join(import.meta.dirname, 'letters-server.ts')],
        unconfined: true,
      },
    },
  };
}

export async function untilLettersAreReady(console: ConsoleUnderTest): Promise<void> {
  await until('the server is ready', async () => {
    const { items } = (await (await console.brain().call('/api/v1/tools')).json()) as {
      readonly items: readonly { readonly name: string }[];
    };
    return items.find(({ name }) => name === 'letters__send');
  });
}

/** Somebody has looked at both tools: one reads what strangers write, the other reaches out to whom `to` names. */
export async function acceptLetters(console: ConsoleUnderTest): Promise<void> {
  const brain = console.brain();
  const read = async (path: string): Promise<unknown> => (await brain.call(path)).json();
  const { hash } = (await read('/api/v1/policy')) as PolicyView;
  const { tools } = (await read('/api/v1/mcp-servers/letters/review')) as ServerReview;
  const policies: Readonly<Record<string, object>> = {
    read: { effect: 'read' },
    send: {
      effect: 'external',
      arguments: { to: { slot: 'recipient', type: 'email' }, text: { role: 'content' } },
    },
  };
  const body = JSON.stringify({
    expectedHash: hash,
    clearance: 'internal',
    tools: tools.map(({ name, pin }) => ({ name, pin, policy: policies[name] })),
  });
  const accepted = await brain.call('/api/v1/mcp-servers/letters/accept', { method: 'POST', body });
  assert.equal(accepted.status, 200, await accepted.text());
}

/** What the card of a letter is called. */
export const LETTER_CARD = 'Approval: Let it reach others with letters__send?';
/** A decision within two seconds counts as too quick: what is shown is read first. */
export const READING_MS = 2_100;
