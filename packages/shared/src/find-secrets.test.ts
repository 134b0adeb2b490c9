import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSecretFinder } from './find-secrets.ts';
import { secretForms } from './secret-forms.ts';

function finds(secrets: readonly string[], text: string): readonly string[] {
  const found: string[] = [];
  createSecretFinder(secrets)(text, { from: 0, to: text.length }, (start, end) =>
    found.push(text.slice(start, end)),
  );
  return found;
}

const secret = fc.string({ minLength: 8, maxLength: 60 });

test('a secret of eight characters is found whole in each of its forms, whatever stands around it', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      for (const form of secretForms(value)) {
        assert.ok(finds([value], `${before}${form}${after}`).includes(form), form);
      }
    }),
  );
});

test('a secret in the middle of something that is base64 as a whole is found', () => {
  const key = fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(fc.string(), key, fc.string(), (before, value, after) => {
      for (const encoding of ['base64', 'base64url'] as const) {
        assert.notDeepEqual(finds([value], Buffer.from(before + value + after).toString(encoding)), []);
      }
    }),
  );
});

test('looking part by part finds what looking at the whole finds', () => {
  const value = 'Tr0ub4dor&3-horse';
  const text = `a ${value} b ${Buffer.from(value).toString('hex').toUpperCase()} c ${value.slice(3)} hunter2 `;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
      const find = createSecretFinder([value, 'hunter2']);
      const parts: string[] = [];
      for (let from = 0; from < text.length; from += size) {
        find(text, { from, to: Math.min(from + size, text.length) }, (start, end) =>
          parts.push(`${start}-${end}`),
        );
      }
      const whole: string[] = [];
      find(text, { from: 0, to: text.length }, (start, end) => whole.push(`${start}-${end}`));
      assert.deepEqual(parts.toSorted(), whole.toSorted());
    }),
  );
});

test('a piece that reads like a word is none: an address is not a secret because a secret holds one', () => {
  const url = 'https://ann:Zx81-qqLp@hooks.example.com/services';
  assert.deepEqual(finds([url], 'see https://announcements.example.com/services'), []);
  assert.notDeepEqual(finds([url], 'who is ann:Zx81-qqLp?'), []);
  assert.deepEqual(finds([url], `go to ${url}`).includes(url), true);
});

test('of a key file the boilerplate is no secret, its lines are', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  const file = `-----BEGIN PRIVATE KEY-----\n${`${line}\n`.repeat(6)}-----END PRIVATE KEY-----\n`;
  assert.deepEqual(finds([file], 'it begins with -----BEGIN PRIVATE KEY-----'), []);
  assert.notDeepEqual(finds([file], line.slice(5, 45)), []);
});
