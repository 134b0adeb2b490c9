import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IBAN, pay, tainted } from '../testing/office-calls.ts';

const OTHER = 'FR1420041010050500013M02606';
const AGAIN = 'NL91ABNA0417164300';

/** `mixed`, where nothing else is missing; else what it decides. */
function decides(words: string, recipient: string, amount: number): string {
  const decision = tainted(words).decides(pay(recipient, amount));
  return decision === 'ask: mixed-values' ? 'mixed' : decision;
}

describe('values that the words name apart', () => {
  for (const words of [
    `Pay 10 to ${IBAN} and pay 500 to ${OTHER}.`,
    `Pay 10 to ${IBAN} and 500 to ${OTHER}.`,
    `Pay 10 to ${IBAN}. Pay 500 to ${OTHER}.`,
    `To ${IBAN} pay 10, to ${OTHER} pay 500.`,
    `Pay 10 and 500 to ${IBAN} and ${OTHER}.`,
  ])
    test(`stay apart: ${words.replaceAll(IBAN, 'A').replaceAll(OTHER, 'B')}`, () => {
      assert.equal(decides(words, IBAN, 10), 'allow');
      assert.equal(decides(words, OTHER, 500), 'allow');
      assert.equal(decides(words, IBAN, 500), 'mixed');
      assert.equal(decides(words, OTHER, 10), 'mixed');
    });

  test('are nobody’s where one of them is left over', () => {
    const words = `Pay 10 to ${IBAN}, 500 to ${OTHER} and also ${AGAIN}, and 7.`;
    assert.equal(decides(words, AGAIN, 500), 'mixed');
  });

  test('go together where there is one of either', () => {
    assert.equal(decides(`Pay 10 to ${IBAN} and to ${OTHER}.`, OTHER, 10), 'allow');
    assert.equal(decides(`Pay 10 to ${IBAN}. It was 500 before.`, IBAN, 10), 'allow');
  });

  test('may be the same twice', () => {
    const words = `Pay 10 to ${IBAN}, pay 500 to ${OTHER} and pay 10 to ${AGAIN}.`;
    assert.equal(decides(words, AGAIN, 10), 'allow');
    assert.equal(decides(words, OTHER, 10), 'mixed');
  });
});
