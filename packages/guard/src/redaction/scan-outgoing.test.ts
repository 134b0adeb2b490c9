import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeakFound } from '@bakerst/shared/guard';
import fc from 'fast-check';
import { scanOutgoing } from './scan-outgoing.ts';

const SECRET = 'Tr0ub4dor-horse-77';

test('a known secret is found in whatever dress, and where it stands is told', () => {
  const dressed: Readonly<Record<string, string>> = {
    'as it is': `see ${SECRET}`,
    reversed: [...SECRET].reverse().join(''),
    'with separators': [...SECRET].join(' '),
  };
  for (const [written, body] of Object.entries(dressed)) {
    assert.deepEqual(scanOutgoing({ to: 'ann', mail: { body } }, [SECRET]), [
      { path: 'mail.body', kind: 'known secret', written },
    ]);
  }
  for (const body of [
    [...SECRET].join('.'),
    [...SECRET].join('\u200b'),
    Buffer.from(`user:${SECRET}`).toString('base64'),
    Buffer.from(SECRET).toString('hex').toUpperCase(),
    Buffer.from(Buffer.from(SECRET).toString('base64')).toString('hex'),
    [...SECRET].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
    Buffer.from([...SECRET].reverse().join('')).toString('base64'),
  ]) {
    assert.equal(scanOutgoing({ body }, [SECRET])[0]?.kind, 'known secret', body);
  }
});

test('spread over a list or over several arguments it is found too', () => {
  assert.deepEqual(
    scanOutgoing({ tags: [SECRET.slice(0, 6), SECRET.slice(6, 12), SECRET.slice(12)] }, [SECRET]),
    [{ path: 'tags', kind: 'known secret', written: 'in pieces' }],
  );
  assert.deepEqual(scanOutgoing({ a: SECRET.slice(0, 9), b: SECRET.slice(9) }, [SECRET]), [
    { path: '', kind: 'known secret', written: 'in pieces' },
  ]);
});

test('keys and private keys nobody told us of are found, in names as well as values', () => {
  const key = `ghp_${'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'}`;
  assert.deepEqual(
    scanOutgoing({ url: `https://x.example/?q=${Buffer.from(key).toString('base64')}`, [key]: 1 }, []).map(
      ({ kind }) => kind,
    ),
    ['github token', 'github token'],
  );
  assert.equal(scanOutgoing(['-----BEGIN PRIVATE KEY-----\nMIIE'], [])[0]?.kind, 'private key');
});

test('ordinary arguments have no findings', () => {
  const args = {
    to: ['ann@example.com', 'bob@example.com'],
    subject: 'Risk-averse desk-sharing in Q3, task-42',
    body: 'See https://example.com/a?b=c. We use sk-learn 1.2.3 with many more words, then ask Ann: me@example.com',
    iban: 'DE89 3704 0044 0532 0130 00',
    id: '0192f0c1-2b3c-7def-8abc-0123456789ab',
    sha: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    amount: 42.5,
    flag: true,
    none: null,
  };
  assert.deepEqual(scanOutgoing(args, [SECRET, 'pear']), []);
});

test('findings never hold the secret', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{10,30}$/), fc.string(), (secret, around) => {
      const findings = scanOutgoing({ a: around + secret, b: { [secret]: { c: secret } } }, [secret]);
      assert.ok(findings.length > 0);
      assert.ok(!JSON.stringify(findings).includes(secret));
    }),
  );
  assert.deepEqual(
    scanOutgoing({ b: { [SECRET]: { c: SECRET } } }, [SECRET]).map(({ path }) => path),
    ['b.[redacted: known secret]', 'b.[redacted: known secret].c'],
  );
});

test('a finding can be recorded however long the names above it are', () => {
  const [found] = scanOutgoing({ ['n'.repeat(1_000)]: { m: SECRET } }, [SECRET]);
  assert.ok(found);
  assert.ok(LeakFound.safeParse({ ...found, isKnown: true }).success);
});
