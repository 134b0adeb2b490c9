import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { secretForms } from '@bakerst/shared/secret-forms';
import fc from 'fast-check';
import { WITHHELD } from './marks.ts';
import { patternProblem } from './operator-patterns.ts';
import { createRedaction, type Redaction, type RedactionOptions } from './redaction.ts';

function redaction(options: Partial<RedactionOptions> = {}): Redaction {
  return createRedaction({
    knownValues: () => [],
    patterns: [],
    clock: () => performance.now(),
    use: 'record',
    limitMs: 60_000,
    ...options,
  });
}

function redacted(text: string, options: Partial<RedactionOptions> = {}): string {
  return redaction(options).redactText(text).text;
}

const CARD = '4111 1111 1111 1111';
const IBAN = 'DE89 3704 0044 0532 0130 00';

describe('known secrets', () => {
  const secret = fc.string({ minLength: 8, maxLength: 40 });

  test('none of eight characters survives in any form, wherever it stands', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        fc.pre(!'[redacted: known secret]'.includes(value));
        const known = { knownValues: () => [value] };
        for (const form of secretForms(value)) {
          const text = redacted(`${before}${form}${after}`, known).replaceAll(/\[redacted: [a-z ]+\]/g, '');
          assert.ok(!text.includes(form), form);
        }
      }),
    );
  });

  test('what is known changes while the process runs', () => {
    const known: string[] = [];
    const { redactText } = redaction({ knownValues: () => known });
    assert.equal(redactText('open sesame').count, 0);
    known.push('sesame');
    assert.deepEqual(redactText('open sesame'), { text: 'open [redacted: known secret]', count: 1 });
    known.length = 0;
    assert.equal(redactText('open sesame').count, 0);
  });

  test('a mark around a secret does not protect it', () => {
    const known = { knownValues: () => ['Xy7kd92qpL'] };
    assert.ok(!redacted('[redacted: Xy7kd92qpL]', known).includes('Xy7kd92qpL'));
    assert.ok(!redacted('[redacted: sk-ant-api03-abcdefghijklmnop]').includes('abcdefghijklmnop'));
  });
});

test('redacting twice is redacting once', () => {
  const bits = fc.constantFrom(
    'password: ',
    'token=',
    'Xy7!kd92',
    'a1b2c3d4e5f6g7h8',
    CARD,
    IBAN,
    '[redacted: password]',
    'sk-ant-',
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'EMP-123456',
    ' ',
    '"',
    'hunter2000',
    '://ann:',
    '@',
    'eyJhbGciOiJub25lIn0.',
    '-----BEGIN PRIVATE KEY-----',
  );
  const { redactText } = redaction({
    knownValues: () => ['hunter2000', 'redacted'],
    patterns: [{ name: 'staff', pattern: 'EMP-[0-9]+' }],
  });
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 12 }), (parts) => {
      const once = redactText(parts.join(''));
      assert.deepEqual(redactText(once.text), { text: once.text, count: 0 });
    }),
    { numRuns: 1_000 },
  );
});

describe('who reads it', () => {
  const link = 'https://example.com/reset?token=a1b2c3d4e5f6a7b8c9';

  test('records lose payment numbers and tokens in links; the model keeps what people pay and follow', () => {
    const text = `pay ${IBAN} with ${CARD}, then ${link}`;
    assert.equal(
      redacted(text),
      'pay [redacted: iban] with [redacted: payment card], then https://example.com/reset?token=[redacted: secret]',
    );
    assert.equal(redacted(text, { use: 'model' }), text);
    assert.equal(
      redacted(text, { use: 'model', withoutPayments: true }),
      `pay [redacted: iban] with [redacted: payment card], then ${link}`,
    );
  });

  test('credentials stay for nobody', () => {
    for (const use of ['record', 'model'] as const) {
      assert.equal(
        redacted('key sk-ant-api03-abcdefghijklmnop, password: Xy7!kd92.', { use }),
        'key [redacted: anthropic key], password: [redacted: password].',
      );
    }
  });
});

describe("the operator's patterns", () => {
  test('take out what they match under their name', () => {
    const patterns = [{ name: 'staff number', pattern: 'EMP-[0-9]{6}' }];
    assert.equal(redacted('ask EMP-123456', { patterns }), 'ask [redacted: staff number]');
  });

  test('match across the parts that a long text is searched in', () => {
    const patterns = [{ name: 'staff', pattern: 'EMP-[0-9]{6}' }];
    for (const before of [32_760, 32_764, 65_530]) {
      assert.equal(redaction({ patterns }).redactText(`${' '.repeat(before)}EMP-123456 `).count, 1);
    }
  });

  test('that are wrong are explained, and let nothing through', () => {
    assert.match(patternProblem('(') ?? '', /missing closing|parenthes/i);
    assert.match(patternProblem('(?=a)') ?? '', /./);
    assert.equal(patternProblem('a*'), 'it matches the empty text');
    assert.equal(patternProblem('EMP-[0-9]{6}'), undefined);
    const { redactText, redactValue } = redaction({ patterns: [{ name: 'broken', pattern: '(' }] });
    assert.equal(redactText('anything').text, WITHHELD);
    assert.deepEqual(redactValue(['anything']).value, [WITHHELD]);
  });
});

describe('time', () => {
  test('what is not checked in time is withheld, never shown', () => {
    let now = 0;
    const { redactText } = redaction({ clock: () => now++, limitMs: 3 });
    const text = `first ${'a '.repeat(300_000)}ghp_abcdefghijklmnopqrstuvwxyz0123456789`;
    const { text: out } = redactText(text);
    assert.ok(out.startsWith('first a a '));
    assert.ok(out.endsWith(WITHHELD));
    assert.ok(!out.includes('ghp_'));
  });

  test('16 MB of text made to be slow end in time', { timeout: 60_000 }, () => {
    const { redactText } = redaction({
      limitMs: 1_000,
      patterns: [{ name: 'slow', pattern: '([a-z0-9]+[ -]?)+x' }],
    });
    for (const unit of [
      'sk-',
      'ask-',
      'token=',
      '4111 1111 ',
      '-----BEGIN PRIVATE KEY-----',
      'eyJ.',
      'a',
      '1',
      '://a:',
    ]) {
      const started = performance.now();
      redactText(unit.repeat(16_000_000 / unit.length));
      assert.ok(performance.now() - started < 6_000, `${unit}: ${performance.now() - started} ms`);
    }
  });

  test('many names that become one mark end in time', () => {
    const { redactValue } = redaction({ limitMs: 60_000 });
    const names = Array.from({ length: 20_000 }, (_, nth) => [`ghp_${'a1'.repeat(16)}${nth}`, nth]);
    const started = performance.now();
    const { value } = redactValue(Object.fromEntries(names));
    assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
    assert.deepEqual(
      Object.values(value ?? {}),
      names.map(([, nth]) => nth),
    );
  });
});

describe('values', () => {
  test('are redacted in names and leaves, and by the name they stand under', () => {
    const { redactValue } = redaction({ knownValues: () => ['hunter2000'] });
    assert.deepEqual(
      redactValue({
        password: 'Xy7!kd92',
        passwords: ['Ab3!kd92'],
        next_page_token: 'a1b2c3d4e5f6a7b8c9',
        access_token: 'a1b2c3d4e5f6a7b8c9',
        hunter2000: 1,
        deep: { list: ['it is hunter2000', 5, true, null] },
        card: 4111111111111111,
      }),
      {
        value: {
          password: '[redacted: password]',
          passwords: ['[redacted: password]'],
          next_page_token: 'a1b2c3d4e5f6a7b8c9',
          access_token: '[redacted: secret]',
          '[redacted: known secret]': 1,
          deep: { list: ['it is [redacted: known secret]', 5, true, null] },
          card: '[redacted: payment card]',
        },
        count: 6,
      },
    );
  });

  test('keep their shape: no name gets lost, `__proto__` is a name, what is too deep is withheld', () => {
    const { redactValue } = redaction({ knownValues: () => ['hunter2000', 'letmein123'] });
    assert.deepEqual(redactValue({ hunter2000: 1, letmein123: 2 }).value, {
      '[redacted: known secret]': 1,
      '[redacted: known secret] (2)': 2,
    });
    const odd: unknown = JSON.parse('{"__proto__":{"a":1}}');
    assert.equal(JSON.stringify(redactValue(odd).value), '{"__proto__":{"a":1}}');
    let deep: unknown = 'hunter2000';
    for (let level = 0; level < 20_000; level++) deep = [deep];
    const out = JSON.stringify(redactValue(deep).value);
    assert.ok(out.includes(WITHHELD) && !out.includes('hunter2000'));
    assert.equal(redactValue(() => 'hunter2000').value, WITHHELD);
  });

  test('of any JSON come out as JSON of the same shape where nothing is secret', () => {
    const { redactValue } = redaction({ use: 'model' });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const { value: out, count } = redactValue(value);
        if (count === 0) assert.deepEqual(out, value);
      }),
    );
  });
});
