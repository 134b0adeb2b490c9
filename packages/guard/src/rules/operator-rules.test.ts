import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from '../testing/conversation.ts';
import { ANN, fetch, IBAN, mail, pay } from '../testing/office-calls.ts';
import { officeGuard } from '../testing/office-policy.ts';

describe("the operator's own rules", () => {
  const rules = [
    {
      name: 'no-night',
      when: 'effect == "money" && args.amount > 50.0',
      verdict: 'deny',
      message: 'Too much.',
    },
    {
      name: 'look',
      when: 'tool == "office__send_mail"',
      verdict: 'ask',
      message: 'Look at it.',
      remedy: 'Look.',
    },
    {
      name: 'broken',
      when: 'args.nothing.there == 1 && server == "web"',
      verdict: 'ask',
      message: 'Broken.',
    },
  ];
  const ruled = officeGuard({ rules });

  test('tighten, and what cannot be evaluated applies', () => {
    const talk = Conversation.of(ruled, `Send ${ANN} an email and pay 100 to ${IBAN}.`).reads('x');
    assert.match(talk.decides(pay(IBAN, 100)), /^deny: no-night/);
    assert.equal(talk.decides(mail(ANN)), 'ask: look');
    assert.match(talk.decides(fetch('https://evil.example')), /broken/);
  });
});
