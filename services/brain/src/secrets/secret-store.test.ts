import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createSecretStore, type SecretRead } from './secret-store.ts';

function world(env: Record<string, string | undefined> = {}) {
  let clock = 0;
  const reads: SecretRead[] = [];
  const store = createSecretStore({ env, now: () => clock, onRead: (read) => reads.push(read) });
  return {
    store,
    reads,
    pass: (ms: number) => {
      clock += ms;
    },
  };
}

describe('the secret store', () => {
  it('reads a variable at the time of use, trimmed; an empty one is none', async () => {
    const env: Record<string, string | undefined> = { KEY: ' one\n', EMPTY: '  ' };
    const { store } = world(env);
    assert.equal(await store.read('env:KEY', 'test'), 'one');
    env.KEY = 'two';
    assert.equal(await store.read('env:KEY', 'test'), 'two');
    assert.equal(await store.read('env:EMPTY', 'test'), undefined);
    assert.equal(await store.read('env:MISSING', 'test'), undefined);
  });

  it('reads a file of its owner, and refuses one that others can read, with the remedy', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bakerst-secret-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'key');
    const { store } = world();
    assert.equal(await store.read(`file:${file}`, 'test'), undefined);
    writeFileSync(file, 'sk-file\n', { mode: 0o600 });
    assert.equal(await store.read(`file:${file}`, 'test'), 'sk-file');
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(file, mode);
      await assert.rejects(store.read(`file:${file}`, 'test'), {
        code: 'secret_unavailable',
        remedy: `Run: chmod 600 ${file}`,
      });
    }
    await assert.rejects(store.read(`file:${folder}`, 'test'), { code: 'secret_unavailable' });
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    await assert.rejects(store.read(`file:${pipe}`, 'test'), { code: 'secret_unavailable' });
  });

  it('reports every use by name, at most once a minute for the same purpose, never the value', async () => {
    const { store, reads, pass } = world({ KEY: 'sk-secret' });
    for (let i = 0; i < 50; i += 1) await store.read('env:KEY', 'provider anthropic');
    await store.read('env:KEY', 'provider mine');
    assert.deepEqual(reads, [
      { ref: 'env:KEY', purpose: 'provider anthropic' },
      { ref: 'env:KEY', purpose: 'provider mine' },
    ]);
    pass(60_000);
    await store.read('env:KEY', 'provider anthropic');
    assert.equal(reads.length, 3);
    assert.doesNotMatch(JSON.stringify(reads), /sk-secret/);
  });

  it('does not repeat what is not a reference', async () => {
    await assert.rejects(
      world().store.read('sk-secret', 'test'),
      (error: Error) => !error.message.includes('sk-secret'),
    );
  });
});
