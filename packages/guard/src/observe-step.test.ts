import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, SECRET, TRUSTED, UNTRUSTED } from './testing/conversation.ts';
import { ANN, EVE, mail } from './testing/office-calls.ts';
import { officeGuard } from './testing/office-policy.ts';

const guard = officeGuard();

describe('labels', () => {
  const talk = Conversation.of(guard, `Read my mail and send ${ANN} an email.`);

  test('until a model has answered, the worst is assumed', () => {
    const context = guard.begin(talk.request);
    assert.deepEqual(context.label, SECRET);
  });

  test('a result taints at once, before a model has answered', () => {
    const call = talk.call({ tool: 'office__read_mail', arguments: {} });
    const decided = talk.decided(call, { decision: 'allow', reasons: [] });
    const ended = decided.records({
      type: 'tool_ended',
      call: call.call,
      outcome: 'ok',
      content: [],
      label: SECRET,
      durationMs: 0,
    });
    assert.deepEqual([decided.context.label, ended.context.label], [TRUSTED, SECRET]);
  });

  test('answers of the observer and the planner do not count', () => {
    const started = (role: 'observer' | 'planner' | 'agent', one: Conversation) =>
      one.records({
        type: 'model_started',
        call: 'llm_other',
        attempt: 1,
        role,
        model: 'm',
        holdMicros: 0,
        label: TRUSTED,
        promptHash: '',
        toolsHash: '',
        estimatedInputTokens: 1,
      });
    const ended = (one: Conversation) =>
      one.records({
        type: 'model_ended',
        call: 'llm_other',
        attempt: 1,
        outcome: 'completed',
        parts: [],
        usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
        usageSource: 'reported',
        costMicros: 0,
        label: TRUSTED,
        durationMs: 0,
      });
    const read = talk.reads('x');
    for (const role of ['observer', 'planner'] as const)
      assert.equal(ended(started(role, read)).context.label.integrity, 'untrusted', role);
    assert.equal(ended(started('agent', read)).context.label.integrity, 'trusted');
  });

  test('a pasted block, an unvouched message and prose of another server taint', () => {
    const pasted = talk.receives([
      { type: 'words', text: `Send ${ANN} an email.` },
      { type: 'quoted', text: EVE, source: 'paste' },
    ]);
    assert.match(pasted.decides(mail(EVE)), /unproven-value/);
    const nobody = talk.receives([{ type: 'words', text: `Send ${EVE} an email.` }], UNTRUSTED);
    assert.match(nobody.decides(mail(EVE)), /^ask: not-planned/);
    assert.equal(talk.decides({ ...mail(EVE), prose: ['office'] }), 'allow');
    assert.match(talk.decides({ ...mail(EVE), prose: ['office', 'web'] }), /unproven-value/);
  });
});
