import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isCoded } from './coded-error.ts';
import { parseStep, Step } from './steps.ts';

type Raw = Readonly<Record<string, unknown>>;

/**
 * Steps as version 1 wrote them. They stand in databases out there: this file is only ever added to, and every
 * release reads all of it.
 */
const GOLDEN = JSON.parse(
  readFileSync(new URL('fixtures/steps-v1.golden.json', import.meta.url), 'utf8'),
) as readonly Raw[];

describe('steps of version 1', () => {
  test('are read as they were written, and written as they were read', () => {
    for (const raw of GOLDEN) {
      const step = parseStep(raw);
      assert.deepEqual(step, raw);
      assert.deepEqual(JSON.parse(JSON.stringify(step)), raw);
    }
  });

  test('of every type and with every field are among them', () => {
    for (const option of Step.options) {
      const type = option.shape.type.value;
      const written = new Set(GOLDEN.filter((raw) => raw.type === type).flatMap((raw) => Object.keys(raw)));
      assert.deepEqual([...written].sort(), Object.keys(option.shape).sort(), type);
    }
  });

  test('without the options of a message mean no options', () => {
    const { options: _, ...raw } = GOLDEN.find((one) => one.type === 'message_received') ?? {};
    const step = parseStep(raw);
    assert.deepEqual(step.type === 'message_received' && step.options, {});
  });
});

describe('a stored step that this release cannot read', () => {
  const [first] = GOLDEN;

  test('of a newer version or an unknown type waits for a newer release', () => {
    for (const raw of [
      { ...first, v: 2 },
      { ...first, type: 'dream_ended' },
      { v: 9, type: 'x' },
    ]) {
      assert.throws(
        () => parseStep(raw),
        (error) => isCoded(error, 'unknown_record_version') && /upgrade/.test(error.remedy),
      );
    }
  });

  test('without type and version, or against the schema of its own, is damage and never guessed at', () => {
    const damaged = [
      null,
      'turn_ended',
      [],
      {},
      { ...first, v: '1' },
      { ...first, type: 7 },
      ...GOLDEN.map(({ actor: _, ...raw }) => raw),
      { ...first, parts: [] },
      { ...first, parts: [{ type: 'smell', text: 'x' }] },
    ];
    for (const raw of damaged) {
      assert.throws(
        () => parseStep(raw),
        (error) => isCoded(error, 'malformed_record') && /backup/.test(error.remedy),
        JSON.stringify(raw),
      );
    }
  });
});
