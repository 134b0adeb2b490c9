import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type EdgeRig, startRig } from '../http/rig/edge-rig.ts';
import { ensureCliToken } from './cli-token.ts';
import { ensureOwner } from './owner.ts';

describe("the CLI's token", () => {
  let rig: EdgeRig;
  let home: string;
  before(async () => {
    rig = await startRig();
    home = mkdtempSync(join(tmpdir(), 'bakerst-home-'));
  });
  after(async () => {
    await rig.close();
    rmSync(home, { recursive: true });
  });
  const ensure = async () => readFileSync(await ensureCliToken(rig.parts, rig.owner, home), 'utf8').trim();

  it('is made once, private, with every scope but approve', async () => {
    const token = await ensure();
    assert.equal(statSync(join(home, 'cli-token')).mode & 0o777, 0o600);
    assert.equal(await ensure(), token);
    const me = (await (await rig.request('GET', '/api/v1/me', { token })).json()) as { scopes: string[] };
    assert.ok(me.scopes.includes('admin'));
    assert.ok(!me.scopes.includes('approve'));
    assert.equal((await ensureOwner(rig.parts)).id, rig.owner);
  });

  it('is replaced where others could have read it, and the old one is void', async () => {
    const old = await ensure();
    chmodSync(join(home, 'cli-token'), 0o644);
    const fresh = await ensure();
    assert.notEqual(fresh, old);
    assert.equal(statSync(join(home, 'cli-token')).mode & 0o777, 0o600);
    assert.equal((await rig.request('GET', '/api/v1/me', { token: old })).status, 401);
    assert.equal((await rig.request('GET', '/api/v1/me', { token: fresh })).status, 200);
  });

  it('is replaced where the file holds something else', async () => {
    writeFileSync(join(home, 'cli-token'), 'rubbish ☃\n', { mode: 0o600 });
    assert.match(await ensure(), /^bst_[\w-]{43}$/);
  });

  it('a folder that cannot be written is an error with a remedy', async () => {
    await assert.rejects(ensureCliToken(rig.parts, rig.owner, join(home, 'none')), {
      code: 'cli_token_file',
    });
  });
});
