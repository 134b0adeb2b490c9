import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BootSettings } from '@bakerst/shared/settings';
import { secretNames } from './secret-names.ts';
import { createSecretRegister } from './secret-register.ts';
import { createSecretStore } from './secret-store.ts';

describe('the register of secrets', () => {
  it('remembers what was read through the store, rotated values too, and only what there was', async () => {
    const env: Record<string, string | undefined> = { KEY: 'one-secret' };
    const register = createSecretRegister();
    const store = register.watch(createSecretStore({ env, now: () => 0, onRead: () => undefined }));
    assert.equal(await store.read('env:KEY', 'test'), 'one-secret');
    const before = register.values();
    assert.equal(await store.read('env:KEY', 'test'), 'one-secret');
    assert.equal(register.values(), before, 'the same list while nothing new was read');
    env.KEY = 'two-secret';
    await store.read('env:KEY', 'test');
    assert.equal(await store.read('env:NOT_SET', 'test'), undefined);
    assert.deepEqual(register.values(), ['one-secret', 'two-secret']);
    assert.deepEqual(register.names(), ['KEY']);
  });

  it('forgets the oldest of very many values', async () => {
    const register = createSecretRegister();
    let count = 0;
    const store = register.watch({ read: async () => `secret-${count++}` });
    for (let read = 0; read < 1_005; read += 1) await store.read('env:KEY', 'test');
    assert.equal(register.values().length, 1_000);
    assert.equal(register.values()[0], 'secret-5');
  });
});

describe('names of secrets', () => {
  it('are those of every reference in the settings and of the keys that are found by themselves', () => {
    const settings = BootSettings.parse({
      providers: { mine: { type: 'openai', apiKey: 'env:MY_KEY', oauthToken: 'file:/run/token' } },
      mcpServers: {
        a: {
          transport: 'stdio',
          command: 'x',
          args: ['file:/data/input'],
          env: { TOKEN: 'env:A_TOKEN', MODE: 'fast' },
          secrets: { 'send.key': 'file:/run/send-key' },
        },
        b: { transport: 'http', url: 'https://b.example/', headers: { authorization: 'env:B_TOKEN' } },
      },
    });
    const names = secretNames(settings);
    const expected = ['MY_KEY', '/run/token', 'A_TOKEN', '/run/send-key', 'B_TOKEN', 'ANTHROPIC_API_KEY'];
    for (const name of expected) assert.ok(names.includes(name), name);
    for (const name of ['fast', '/data/input']) assert.ok(!names.includes(name), name);
  });
});
