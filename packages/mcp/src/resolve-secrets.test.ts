import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { resolveSecrets } from './resolve-secrets.ts';

test('only what is a reference is read, and what was read is known as a secret', async () => {
  const asked: string[] = [];
  const { values, secrets } = await resolveSecrets(
    { TOKEN: 'env:MAIL_TOKEN', MODE: 'fast', KEY: 'file:/run/key', ODD: 'env:not a name' },
    async (ref) => {
      asked.push(ref);
      return `value of ${ref}`;
    },
  );
  assert.deepEqual(asked, ['env:MAIL_TOKEN', 'file:/run/key']);
  assert.deepEqual(values, {
    TOKEN: 'value of env:MAIL_TOKEN',
    MODE: 'fast',
    KEY: 'value of file:/run/key',
    ODD: 'env:not a name',
  });
  assert.deepEqual(secrets, ['value of env:MAIL_TOKEN', 'value of file:/run/key']);
});

test('a secret that cannot be read is an error that names the reference and may go by itself', async () => {
  const missing = async (): Promise<string> => Promise.reject(new Error('no such variable'));
  await assert.rejects(
    resolveSecrets({ TOKEN: 'env:NOT_SET' }, missing),
    (error) =>
      isCoded(error, 'mcp_secret_unavailable') &&
      error.retryable &&
      /env:NOT_SET for TOKEN.*no such variable/.test(error.message),
  );
});
