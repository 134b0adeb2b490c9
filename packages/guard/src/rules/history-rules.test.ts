import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, TRUSTED } from '../testing/conversation.ts';
import { ANN, EVE, mail, tainted } from '../testing/office-calls.ts';
import { officeGuard } from '../testing/office-policy.ts';

const guard = officeGuard();

describe('what people said before', () => {
  const talk = tainted(`Read my mail and send ${ANN} an email.`);

  test('stops hold at every scope, and others do not', () => {
    const stopped = (scope: 'conversation' | 'tool' | 'server' | 'everything', target: string) =>
      Conversation.of(guard, `Send ${ANN} an email.`, {
        stops: [{ id: 's', scope, target, by: 'prn_1', at: '' }],
      }).decides(mail(ANN));
    assert.equal(stopped('everything', ''), 'deny: stopped');
    assert.equal(stopped('conversation', 'conv_1'), 'deny: stopped');
    assert.equal(stopped('tool', 'office__send_mail'), 'deny: stopped');
    assert.equal(stopped('server', 'office'), 'deny: stopped');
    assert.equal(stopped('conversation', 'conv_2'), 'allow');
    assert.equal(stopped('tool', 'office'), 'allow');
    assert.equal(stopped('server', 'bank'), 'allow');
  });

  test('the very same call twenty times over is a loop, whatever it is; another message begins anew', () => {
    const read = { tool: 'office__read_mail', arguments: {} };
    const circling = Array.from({ length: 20 }).reduce<Conversation>((so) => so.does(read), talk);
    assert.equal(circling.decides(read), 'deny: loop');
    assert.equal(circling.decides({ tool: 'office__read_mail', arguments: { page: 2 } }), 'allow');
    assert.equal(circling.says('And now?').decides(read), 'allow');
  });

  test('the twentieth of the same call is let through when it is judged again before it runs, too', () => {
    const read = { tool: 'office__read_mail', arguments: {} };
    const fresh = Conversation.of(guard, 'Read my mail.');
    const before = Array.from({ length: 19 }).reduce<Conversation>((so) => so.does(read), fresh);
    const call = before.call(read);
    const verdict = guard.decide(before.context, call);
    assert.equal(verdict.decision, 'allow');
    assert.equal(guard.decide(before.decided(call, verdict).context, call).decision, 'allow');
  });

  test('the same call is never asked twice', () => {
    assert.equal(talk.asked(mail(EVE), 'expired').decides(mail(EVE)), 'deny: asked-before');
    assert.match(talk.asked(mail(EVE), 'approved').decides(mail(EVE)), /^ask/);
    assert.match(talk.asked(mail(EVE), 'expired').says('Send it.').decides(mail(EVE)), /^ask/);
  });

  test('after a denial under taint nothing that reaches others is asked for', () => {
    const denied = talk.asked(mail(EVE), 'denied');
    assert.equal(denied.decides(mail(ANN)), 'deny: after-denial');
    assert.equal(denied.decides({ tool: 'office__read_mail', arguments: {} }), 'allow');
    assert.equal(denied.says(`Send ${ANN} an email.`).decides(mail(ANN)), 'allow');
    const calm = Conversation.of(guard, `Send ${ANN} an email.`).asked(
      { tool: 'shell__run', arguments: {} },
      'denied',
    );
    assert.equal(calm.decides(mail(ANN)), 'allow');
  });

  test('an unknown outcome is asked until the same call went well', () => {
    const unknown = talk.does(mail(ANN), { outcome: 'unknown' }).says(`Send ${ANN} an email.`);
    assert.equal(unknown.decides(mail(ANN)), 'ask: after-unknown');
    assert.match(unknown.does(mail(ANN), { outcome: 'error' }).decides(mail(ANN)), /after-unknown/);
    const done = unknown.does(mail(ANN)).says(`Send ${ANN} an email.`);
    assert.equal(done.decides(mail(ANN)), 'allow');
    const compacted = talk.records({
      type: 'context_compacted',
      trimmedCalls: [],
      turnsSummarised: 1,
      unknownDigests: [talk.call(mail(ANN)).digest],
      label: TRUSTED,
      tokensBefore: 1,
      tokensAfter: 1,
    });
    assert.equal(compacted.decides(mail(ANN)), 'ask: after-unknown');
  });

  test('after three asks the destination is typed, after twelve nothing is asked', () => {
    const ask = (one: Conversation, at: number) => one.asked(mail(`eve${at}@evil.example`), 'expired');
    const isTyped = (one: Conversation) => {
      const verdict = one.verdict(mail('x@evil.example'));
      return verdict.decision === 'ask' ? (verdict.card.typing ?? false) : verdict.decision;
    };
    const at = (count: number) => Array.from({ length: count }, (_, n) => n).reduce(ask, talk);
    assert.equal(isTyped(at(2)), false);
    assert.equal(isTyped(at(3)), true);
    assert.equal(isTyped(at(11)), true);
    assert.equal(isTyped(at(12)), 'deny');
    assert.equal(at(12).decides(mail(ANN)), 'allow', 'what needs no asking still runs');
  });
});
