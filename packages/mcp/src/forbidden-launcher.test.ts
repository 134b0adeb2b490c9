import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { forbiddenLauncher } from './forbidden-launcher.ts';

test('a server of the runtime configuration that asks for no walls is refused, and is told where to ask', async () => {
  const launcher = forbiddenLauncher('mail');
  assert.equal((await launcher.probe()).available, false);
  const spec = { name: 'mail', command: '/bin/true', args: [], env: {}, paths: [], network: false };
  await assert.rejects(
    launcher.launch(spec),
    (error) =>
      isCoded(error, 'mcp_unconfined_forbidden') &&
      !error.retryable &&
      error.message.includes('mail') &&
      /configuration file/.test(error.remedy),
  );
});
