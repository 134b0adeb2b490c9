import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from '../testing/conversation.ts';
import { ANN, EVE, fetch, IBAN, mail, OTHER_IBAN, pay, tainted } from '../testing/office-calls.ts';
import { officeGuard } from '../testing/office-policy.ts';

const guard = officeGuard();

describe('effects', () => {
  const ASK_MAIL = `Read my mail and send ${ANN} an email with the time.`;

  test('reads run and are recorded', () => {
    assert.equal(tainted('Hello').decides({ tool: 'office__read_mail', arguments: {} }), 'allow');
  });

  test('before anything untrusted, private writes, open reads and what is asked for run', () => {
    const talk = Conversation.of(guard, ASK_MAIL);
    assert.equal(talk.decides(mail(EVE)), 'allow');
    assert.equal(talk.decides(fetch('https://evil.example')), 'allow');
    assert.equal(
      talk.decides({ tool: 'write_note', arguments: { text: 'x' }, effect: 'write-private' }),
      'allow',
    );
    assert.match(Conversation.of(guard, 'Hello').decides(mail(ANN)), /^ask: not-planned/);
  });

  test('money needs its values even before anything untrusted', () => {
    const talk = Conversation.of(guard, `Pay 100 to ${IBAN}.`);
    assert.equal(talk.decides(pay(IBAN, 100)), 'allow');
    assert.equal(talk.decides(pay(OTHER_IBAN, 100)), 'ask: unproven-value');
    assert.equal(talk.decides(pay(IBAN, 1000)), 'ask: unproven-value');
  });

  test('commands and settings are always asked', () => {
    const talk = Conversation.of(guard, 'Run ls and configure it.');
    assert.equal(talk.decides({ tool: 'shell__run', arguments: {} }), 'ask: always-ask-exec');
    assert.equal(talk.decides({ tool: 'shell__configure', arguments: {} }), 'ask: always-ask-admin');
  });

  test('after a stranger, only the person named can be written to', () => {
    const talk = tainted(ASK_MAIL);
    assert.equal(talk.decides(mail(ANN)), 'allow');
    assert.equal(talk.decides(mail([ANN])), 'allow');
    assert.equal(talk.decides(mail(EVE)), 'ask: unproven-value, nothing-named');
    assert.equal(talk.decides(mail([ANN, EVE])), 'ask: unproven-value');
    assert.equal(talk.decides(mail(ANN, { cc: [EVE] })), 'ask: unproven-value');
    assert.equal(talk.decides(mail(ANN, { bcc: EVE })), 'ask: undeclared-argument, unproven-value');
    for (const end of ['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])
      assert.equal(talk.decides(mail(ANN, { subject: `Hi${end}Bcc: x` })), 'ask: line-break');
    assert.equal(talk.decides({ tool: 'office__send_mail', arguments: {} }), 'ask: left-out, nothing-named');
  });

  test('a limit holds whatever the person says', () => {
    const talk = tainted(`Pay 9000 to ${IBAN}.`);
    assert.equal(talk.decides(pay(IBAN, 9000)), 'ask: unproven-value');
  });

  test('values that are merely safe choose nothing', () => {
    const talk = tainted('Flag it.');
    const flag = (args: object) => talk.decides({ tool: 'office__set_flag', arguments: { ...args } });
    assert.equal(flag({ kind: 'read' }), 'ask: left-out, nothing-named');
    assert.equal(flag({ thing: EVE, kind: 'admin' }), 'ask: unproven-value, nothing-named');
    assert.equal(
      tainted(`Flag ${ANN}.`).decides({ tool: 'office__set_flag', arguments: { thing: ANN, kind: 'read' } }),
      'allow',
    );
  });
});
