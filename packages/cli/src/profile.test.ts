import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { chooseProfile } from './profile.ts';

const home = mkdtempSync(join(tmpdir(), 'bakerst-profile-'));
after(() => rmSync(home, { recursive: true }));
const base = { userHome: '/home/me', allowHttp: false, isAlive: () => true };

describe('the profile', () => {
  test('is the local brain of the data folder, with the address it wrote', () => {
    writeFileSync(join(home, 'brain.json'), JSON.stringify({ url: 'http://127.0.0.1:4221/', pid: 1 }));
    writeFileSync(join(home, 'cli-token'), 'bst_secret\n');
    const profile = chooseProfile({ ...base, env: { BAKERST_HOME: home } });
    assert.equal(profile.url, 'http://127.0.0.1:4221');
    assert.equal(profile.token(), 'bst_secret');
  });

  test('gives no address of a brain that is gone: whoever listens there now must not get the token', () => {
    const profile = chooseProfile({ ...base, env: {}, home, isAlive: () => false });
    assert.equal(profile.url, undefined);
    assert.match(profile.whyNot ?? '', /is gone/);
  });

  test('survives an address file that is no address file', () => {
    for (const text of ['', '{', '[]', 'null', '{"url":"nonsense","pid":1}', '{"url":5,"pid":1}']) {
      writeFileSync(join(home, 'brain.json'), text);
      assert.equal(chooseProfile({ ...base, env: {}, home }).url, undefined, text);
    }
  });

  test('does not send a token over plain HTTP to another machine', () => {
    const remote = (url: string, allowHttp = false) =>
      chooseProfile({ ...base, env: {}, url, allowHttp }).url;
    assert.throws(
      () => remote('http://brain.example:4221'),
      (error) => isCoded(error, 'cli_no_token'),
    );
    assert.throws(
      () => remote('http://127.0.0.1.evil.example'),
      (error) => isCoded(error, 'cli_no_token'),
    );
    assert.equal(remote('http://brain.example:4221', true), 'http://brain.example:4221');
    assert.equal(remote('https://brain.example/'), 'https://brain.example');
    assert.equal(remote('http://127.0.0.1:9'), 'http://127.0.0.1:9');
  });

  test('refuses an address with a password in it, and one that is none', () => {
    for (const url of ['https://me:secret@brain.example', 'ftp://brain.example', 'brain']) {
      assert.throws(
        () => chooseProfile({ ...base, env: {}, url }),
        (error) => isCoded(error, 'cli_usage') && !error.message.includes('secret'),
      );
    }
  });

  test('a remote brain never gets the token of the local one', () => {
    const profile = chooseProfile({ ...base, env: { BAKERST_URL: 'https://brain.example' }, home });
    assert.throws(
      () => profile.token(),
      (error) => isCoded(error, 'cli_no_token'),
    );
    const withToken = chooseProfile({
      ...base,
      env: { BAKERST_TOKEN: 't1' },
      home,
      url: 'https://b.example',
    });
    assert.equal(withToken.token(), 't1');
  });

  test('a token file that holds something else is refused, not sent', () => {
    writeFileSync(join(home, 'cli-token'), 'two words\nand more');
    const profile = chooseProfile({ ...base, env: {}, home });
    assert.throws(
      () => profile.token(),
      (error) => isCoded(error, 'cli_no_token'),
    );
  });
});
