import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { ApprovalCard } from '@bakerst/shared/guard';
import { decisionRequest, EMPTY_DECISION, missingFor, rememberable } from './decision.ts';
import { groupApprovals, shownOf } from './shown-approval.ts';

const card: ApprovalCard = {
  title: 'Send it',
  tool: 'mail__send',
  server: 'mail',
  effect: 'external',
  values: [
    {
      name: 'to',
      value: 'ann@example.com',
      origin: 'web page',
      role: 'control',
      slot: 'recipient',
      endorsable: true,
    },
    { name: 'flag', value: 'x', origin: 'web page', role: 'control', endorsable: true },
  ],
};

function detailOf(over: Partial<ApprovalDetail> = {}): ApprovalDetail {
  return {
    id: 'apr_1',
    turn: 'turn_1',
    conversation: 'conv_1',
    call: 'call_1',
    digest: 'digest',
    requestedAt: '2026-11-20T10:00:00.000Z',
    expiresAt: '2026-11-20T10:15:00.000Z',
    status: 'open',
    requester: { id: 'prn_1', name: 'Sam' },
    nonce: 'nonce',
    typing: false,
    together: [],
    ...over,
  };
}

test('a decision names the digest and the nonce of what was shown', () => {
  const detail = detailOf();
  assert.deepEqual(decisionRequest({ detail, card, decision: 'approved' }, EMPTY_DECISION), {
    decision: 'approved',
    digest: 'digest',
    nonce: 'nonce',
  });
});

test('a denial carries the reason and nothing that would widen anything', () => {
  const draft = { endorsed: ['to'], days: 7, reason: ' no ', typed: 'x', token: 'secret' };
  assert.deepEqual(decisionRequest({ detail: detailOf({ typing: true }), card, decision: 'denied' }, draft), {
    decision: 'denied',
    digest: 'digest',
    nonce: 'nonce',
    reason: 'no',
  });
});

test('ticked values count for the request; longer only where they have a slot and a time was chosen', () => {
  const draft = { ...EMPTY_DECISION, endorsed: ['to', 'flag'] };
  const said = decisionRequest({ detail: detailOf(), card, decision: 'approved' }, draft);
  assert.deepEqual([said.endorse, said.remember], [['to', 'flag'], undefined]);
  const longer = decisionRequest({ detail: detailOf(), card, decision: 'approved' }, { ...draft, days: 7 });
  assert.deepEqual(longer.remember, { names: ['to'], days: 7 });
});

test('nothing is remembered for money, nor where a second person or a fresh proof is asked', () => {
  const draft = { ...EMPTY_DECISION, endorsed: ['to'], days: 30 };
  for (const over of [
    { effect: 'money' },
    { effect: 'exec' },
    { fourEyes: true },
    { stepUp: true },
  ] as const) {
    assert.deepEqual(rememberable({ ...card, ...over }, draft), []);
  }
});

test('where the destination must be typed, an approval waits for it and sends what was typed', () => {
  const detail = detailOf({ typing: true });
  assert.equal(missingFor(detail, EMPTY_DECISION), 'Type the destination first.');
  const draft = { ...EMPTY_DECISION, typed: 'ann@example.com' };
  assert.equal(missingFor(detail, draft), undefined);
  assert.equal(decisionRequest({ detail, card, decision: 'approved' }, draft).typed, 'ann@example.com');
});

test('approvals without a card stand for themselves and are not shown as something else', () => {
  const two = [detailOf(), detailOf({ id: 'apr_2', requestedAt: '2026-11-20T09:00:00.000Z' })];
  assert.equal(shownOf(detailOf()), undefined);
  assert.deepEqual(
    groupApprovals(two).map(({ items }) => items.map(({ id }) => id)),
    [['apr_2'], ['apr_1']],
  );
});
