import { setTimeout as sleep } from 'node:timers/promises';
import type { SendMessageRequest } from '@bakerst/shared/api/conversations';
import { isCoded } from '@bakerst/shared/coded-error';
import type { CliParts } from './command.ts';

const ATTEMPTS = 4;

/** Sends with one key, so that a lost answer can be asked for again without making a second turn. */
export async function sendMessage(parts: CliParts, body: SendMessageRequest) {
  const key = parts.newKey();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await parts.api().sendMessage(body, key);
    } catch (error) {
      if (!isCoded(error, 'cli_unreachable') || attempt >= ATTEMPTS) throw error;
      await sleep(200 * attempt, undefined, { signal: parts.signal });
    }
  }
}
