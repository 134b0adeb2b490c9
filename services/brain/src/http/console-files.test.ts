import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { type EdgeRig, startRig } from './rig/edge-rig.ts';

describe('the files of the console', () => {
  let folder: string;
  let rig: EdgeRig;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bakerst-console-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
    writeFileSync(join(folder, 'assets/app-Ab12Cd34.js'), 'let a = 1;');
    writeFileSync(join(folder, 'assets/app-Ab12Cd34.js.br'), brotliCompressSync('let a = 1;'));
    writeFileSync(join(folder, 'secret.key'), 'secret');
    symlinkSync('/etc/passwd', join(folder, 'passwd.txt'));
    rig = await startRig({ consoleDir: folder });
  });
  after(async () => {
    await rig.close();
    rmSync(folder, { recursive: true });
  });

  it('serves the page for every address the console makes up, strictly guarded and never cached', async () => {
    for (const path of ['/', '/index.html', '/c/conv_1', '/login']) {
      const response = await rig.request('GET', path, {
        headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      });
      assert.equal(response.status, 200, path);
      assert.match(await response.text(), /Console/);
      assert.equal(response.headers.get('cache-control'), 'no-cache');
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
    }
  });

  it('serves hashed assets for ever, compressed where the client takes it', async () => {
    const path = '/assets/app-Ab12Cd34.js';
    const plain = await rig.request('GET', path);
    assert.equal(await plain.text(), 'let a = 1;');
    assert.equal(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(plain.headers.get('content-type'), 'text/javascript; charset=utf-8');
    const small = await rig.request('GET', path, { headers: { 'accept-encoding': 'gzip, br' } });
    assert.equal(small.headers.get('content-encoding'), 'br');
    const none = await rig.request('GET', path, { headers: { 'accept-encoding': 'br;q=0' } });
    assert.equal(none.headers.get('content-encoding'), null);
    const again = await rig.request('GET', path, {
      headers: { 'if-none-match': plain.headers.get('etag') ?? '' },
    });
    assert.equal(again.status, 304);
  });

  it('what is not on its list does not exist', async () => {
    const headers = { accept: 'text/html' };
    for (const path of [
      '/secret.key',
      '/passwd.txt',
      '/assets/none.js',
      '/..%2f..%2fetc/passwd.txt',
      '/assets/app-Ab12Cd34.js.br',
    ]) {
      const response = await rig.request('GET', path, { headers });
      assert.equal(response.status, 404, path);
      assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    }
    assert.equal((await rig.request('GET', '/c/x')).status, 404, 'no page for what is no navigation');
    assert.equal((await rig.request('POST', '/', { headers })).status, 405);
    for (const path of ['/api/x', '/v1/x', '/API/x']) {
      assert.equal((await rig.request('GET', path, { headers })).status, 404, path);
    }
  });

  it("a script of another site's page cannot load them", async () => {
    const response = await rig.request('GET', '/assets/app-Ab12Cd34.js', {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    });
    assert.equal(response.status, 403);
  });

  it('without a build it says how to make one', async () => {
    const bare = await startRig();
    try {
      const response = await bare.request('GET', '/', { headers: { accept: 'text/html' } });
      assert.equal(response.status, 404);
      assert.match(await response.text(), /^The console is not built\. Run `npm run build:console`.*\n$/);
    } finally {
      await bare.close();
    }
  });
});
