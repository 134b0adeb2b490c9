import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IBAN, OTHER_IBAN, pay, tainted } from '../testing/office-calls.ts';

describe('slots', () => {
  const between = `Read my mail, then transfer 100 from ${OTHER_IBAN} to ${IBAN}.`;

  test('what is paid from is not paid to, and the other way round', () => {
    const talk = tainted(between);
    assert.equal(talk.decides(pay(IBAN, 100, { sender: OTHER_IBAN })), 'allow');
    assert.match(talk.decides(pay(OTHER_IBAN, 100, { sender: IBAN })), /^ask: unproven-value/);
    assert.match(talk.decides(pay(OTHER_IBAN, 100)), /^ask: unproven-value/);
  });

  test('one span serves one slot', () => {
    const talk = tainted(`Pay 100 to ${IBAN}.`);
    assert.equal(talk.decides(pay(IBAN, 100, { sender: IBAN })), 'ask: unproven-value');
    const neutral = tainted(`Pay 100, ${IBAN}.`);
    assert.equal(neutral.decides(pay(IBAN, 100)), 'allow');
    assert.equal(neutral.decides(pay(IBAN, 100, { sender: IBAN })), 'ask: unproven-value');
  });

  test('the day it begins is not the day it ends', () => {
    const talk = tainted('Create an event from 2026-05-10 until 2026-05-12.');
    const event = (start: string, end: string) =>
      talk.decides({ tool: 'office__create_event', arguments: { title: 'x', start, end } });
    assert.equal(event('2026-05-10', '2026-05-12'), 'allow');
    assert.match(event('2026-05-12', '2026-05-10'), /^ask/);
  });

  test('an end follows from its beginning, within the time of the policy', () => {
    const talk = tainted('Create an event tomorrow at 15:00.');
    const event = (end: string) =>
      talk.decides({
        tool: 'office__create_event',
        arguments: { title: 'x', start: '2026-01-06 15:00', end },
      });
    assert.equal(event('2026-01-06 16:00'), 'allow');
    assert.equal(event('2026-01-06 14:00'), 'ask: unproven-value');
    assert.equal(event('2026-01-06 18:00'), 'ask: unproven-value');
    assert.equal(event('2026-02-06 15:30'), 'ask: unproven-value');
  });
});
