import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { KEY_FORMATS } from './key-formats.ts';
import { isCard, isIban } from './payment-numbers.ts';
import { createRedaction } from './redaction.ts';

const [record, model] = (['record', 'model'] as const).map((use) =>
  createRedaction({
    knownValues: () => [],
    patterns: [],
    clock: () => performance.now(),
    use,
    limitMs: 60_000,
  }),
);
const redact = (text: string): string => record?.redactText(text).text ?? '';

const HEX = '0123456789abcdef0123456789abcdef0123456789abcdef';
const ALNUM = 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7d';

describe('credentials', () => {
  /** Put together here, so that no scanner of repositories takes this file for a leak. */
  const keys: Readonly<Record<string, readonly string[]>> = {
    'anthropic key': [`sk-ant-api03-${ALNUM}-_${ALNUM}AA`],
    'openai key': [`sk-${ALNUM}12345678`, `sk-proj-${ALNUM}_-${ALNUM}`, `sk-svcacct-${ALNUM}`],
    'openrouter key': [`sk-or-v1-${HEX}`],
    'github token': [`ghp_${ALNUM.slice(0, 36)}`, `gho_${ALNUM.slice(0, 36)}`, `github_pat_11AAAA0_${ALNUM}`],
    'gitlab token': [`glpat-${ALNUM.slice(0, 20)}`],
    'slack token': [`xoxb-123456789012-${ALNUM.slice(0, 24)}`, `xoxp-1234567890-${ALNUM}`],
    'slack webhook': [`hooks.slack.com/services/T00000000/B00000000/${ALNUM.slice(0, 24)}`],
    'stripe key': [`sk_live_${ALNUM.slice(0, 24)}`, `rk_live_${ALNUM.slice(0, 24)}`],
    'google key': [`AIza${ALNUM.slice(0, 35)}`],
    'npm token': [`npm_${ALNUM.slice(0, 36)}`],
    'huggingface token': [`hf_${ALNUM.slice(0, 34)}`],
    'telegram token': [`1234567890:AA${ALNUM.slice(0, 33)}`],
    'discord token': [`MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.${ALNUM.slice(0, 38)}`],
    'sendgrid key': [`SG.${ALNUM.slice(0, 22)}.${ALNUM}abc`],
    'twilio key': [`SK${HEX.slice(0, 32)}`],
    'aws access key': [`AKIA${'IOSFODNN7EXAMPLE'}`],
    jwt: [`${Buffer.from('{"typ":"JWT","alg":"HS256"}').toString('base64url')}.eyJzdWIiOiIxIn0.${ALNUM}`],
    'private key': [
      `-----BEGIN RSA PRIVATE KEY-----\n${ALNUM}\n${ALNUM}\n-----END RSA PRIVATE KEY-----`,
      `-----BEGIN OPENSSH PRIVATE KEY-----\\n${ALNUM}\\n${ALNUM}`,
      `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n${ALNUM}\n-----END PGP PRIVATE KEY BLOCK-----`,
    ],
    'baker street token': [`bst_${ALNUM}abc`],
  };

  for (const [kind, examples] of Object.entries(keys)) {
    test(`of the kind ${kind} are taken out, alone, in quotes, in JSON text and in addresses`, () => {
      for (const key of examples) {
        const mark = `[redacted: ${kind}]`;
        assert.equal(redact(key), mark);
        assert.equal(redact(`it is "${key}".`), `it is "${mark}".`);
        assert.equal(redact(`line\\n${key}`), `line\\n${mark}`);
        assert.equal(redact(`x%3D${key}`), `x%3D${mark}`);
      }
    });
  }

  test('each format is recognised by its own shape, whose cost is bounded', () => {
    for (const { kind, rest } of KEY_FORMATS) {
      // Classes and characters with a bounded count, one after the other: no group, no alternative, no open end.
      assert.match(rest.source, /^(?:(?:\[[^\]]+\]|\\.|[A-Za-z0-9-])(?:\{\d+(?:,\d+)?\})?)+$/, kind);
      assert.ok(rest.sticky, kind);
    }
  });

  test('the secret key behind an AWS key id goes too', () => {
    const secret = `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`;
    assert.equal(
      redact(`AKIA${'IOSFODNN7EXAMPLE'},${secret},eu`),
      '[redacted: aws access key],[redacted: aws secret key],eu',
    );
    assert.equal(redact(`aws_secret_access_key = ${secret}`), 'aws_secret_access_key = [redacted: password]');
  });

  test('the password in an address goes, the rest of it stays', () => {
    assert.equal(
      redact('postgres://app:s3cr3t@db.example.com:5432/x?a=b'),
      'postgres://app:[redacted: url password]@db.example.com:5432/x?a=b',
    );
    const plain = 'https://example.com:8080/a@b and mailto:ann@example.com';
    assert.equal(redact(plain), plain);
  });
});

describe('values that a word calls secret', () => {
  const secret: readonly string[] = [
    'password: Xy7!kd92',
    '"password": "Xy7!kd92"',
    '\\"password\\":\\"Xy7!kd92\\"',
    'DB_PASSWORD=Xy7!kd92',
    '--password Xy7!kd92 ',
    'the password is Xy7!kd92',
    'Passwort: Xy7!kd92',
    'mot de passe : Xy7!kd92',
    'пароль: Xy7!kd92',
    '<password>Xy7!kd92</password>',
    'token: a1b2c3d4e5f6a7b8c9',
    'apiKey="a1b2c3d4e5f6a7b8c9"',
    'X-Api-Key: a1b2c3d4e5f6a7b8c9',
    'Authorization: Bearer a1b2c3d4e5f6a7b8c9',
    'curl -H "Authorization: Basic YW5uOnNlc2FtZQ=="',
    'Cookie: sid=a1b2c3d4e5f6a7b8c9',
  ];
  for (const text of secret) {
    test(`${text} is redacted`, () => assert.match(redact(text), /\[redacted: (?:password|secret)\]/));
  }

  const plain: readonly string[] = [
    'password: required',
    'password: changed yesterday, 2024-05-19',
    'apiKey: env:OPENAI_API_KEY_2',
    'secret: $VAULT_SECRET_1',
    'token: vault:github-token-1',
    'max_tokens: 4096, tokens: 1234567890',
    'tokenizer: Qwen2.5-7B-Instruct-1M-base',
    'nextPageToken: a1b2c3d4e5f6a7b8c9',
    'authorized by: ann_2@example.com',
    'token: ann_2024_long@example.com',
    'password: ********',
    'the secret of success is perseverance',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'session 0192f0c1-2b3c-7def-8abc-0123456789ab',
  ];
  for (const text of plain) {
    test(`${text} stays`, () => assert.equal(redact(text), text));
  }
});

describe('payment numbers', () => {
  test('of every large issuer are found, printed or not', () => {
    for (const card of [
      '4111111111111111',
      '4111 1111 1111 1111',
      '4111-1111-1111-1111',
      '5555 5555 5555 4444',
      '2223003122003222',
      '3782 822463 10005',
      '6011111111111117',
      '3056 930902 5904',
      '3530111333300000',
    ]) {
      assert.equal(redact(`card ${card}.`), 'card [redacted: payment card].', card);
    }
  });

  test('need an issuer, their check digit and a place of their own', () => {
    for (const text of [
      '4111111111111112',
      '1111111111111117',
      '0.4111111111111111',
      'a4111111111111111',
      '4111111111111111f',
      '41111111111111111111',
      'order 4111 11111111 1111',
      '1732612345678901',
    ]) {
      assert.equal(redact(text), text);
    }
    assert.equal(isCard('79927398713'), false);
  });

  test('of banks are found by country, length and check digits', () => {
    for (const iban of [
      'DE89370400440532013000',
      'GB29 NWBK 6016 1331 9268 19',
      'FR1420041010050500013M02606',
      'no9386011117947',
    ]) {
      assert.equal(redact(`to ${iban}, please`), 'to [redacted: iban], please', iban);
    }
    for (const text of [
      'DE89370400440532013001',
      'DE8937040044053201300',
      'ZZ89370400440532013000',
      'US133000000121212121212',
    ]) {
      assert.equal(redact(text), text);
    }
    assert.ok(isIban('GB82WEST12345698765432'));
  });
});

const BENIGN = '/work/shared/data/injection/tool_outputs_benign.jsonl';

test('results of tools without secrets reach the model as they are', {
  skip: !existsSync(BENIGN) && 'needs the corpus of tool outputs',
}, () => {
  for (const line of readFileSync(BENIGN, 'utf8').trim().split('\n')) {
    const { text }: { text: string } = JSON.parse(line);
    assert.equal(model?.redactText(text).text, text);
  }
});
