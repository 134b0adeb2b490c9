import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from './redact-secrets.ts';

test('secrets are taken out as they are, as base64 and hex, in JSON and as part of an address', () => {
  const secret = 'p@ss "word"';
  const forms = [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ];
  assert.equal(createRedactor([secret])(forms.join(', ')), forms.map(() => '[redacted]').join(', '));
});

test('a long piece of a secret is one too, and three letters are in every sentence', () => {
  const redact = createRedactor(['sk-ant-0123456789abcdef', 'abc']);
  assert.equal(redact('the key sk-ant-0123456...'), 'the key [redacted]...');
  assert.equal(redact('it ends in 456789abcdef!'), 'it ends in [redacted]!');
  assert.equal(redact('abc'), 'abc');
});

test('whatever stands around it, nothing of a secret of ten letters is left', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9]{10,40}$/);
  fc.assert(
    fc.property(fc.string(), key, fc.string(), (before, secret, after) => {
      assert.ok(!createRedactor([secret])(`${before}${secret}${after}`).includes(secret));
    }),
  );
});
