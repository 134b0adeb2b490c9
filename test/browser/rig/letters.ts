import { join } from 'node:path';
import { until } from '../../running/talk.ts';
import type { ConsoleUnderTest } from './console-under-test.ts';

/** The server of `letters-server.ts` as a setting of the brain; nobody has accepted its tool yet. */
export function lettersServer(...words: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    mcpServers: {
      letters: {
        transport: 'stdio',
        command: process.execPath,
        args: [join(import.meta.dirname, 'letters-server.ts'), ...words],
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
