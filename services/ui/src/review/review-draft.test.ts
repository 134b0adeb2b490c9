import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import type { ToolPolicy } from '@bakerst/shared/policy';
import {
  acceptRequest,
  changeArgument,
  changePolicy,
  choose,
  EMPTY_REVIEW,
  policyOf,
  reviewCounts,
  startPolicy,
  takeBack,
} from './review-draft.ts';

const pin = 'a'.repeat(64);
const policy: ToolPolicy = {
  effect: 'external',
  idempotent: false,
  arguments: { to: { role: 'control' } },
  results: { integrity: 'untrusted', confidentiality: 'internal', authoritative: {} },
};

function toolOf(over: Partial<ToolReview> = {}): ToolReview {
  return {
    name: 'send',
    tool: 'mail__send',
    state: 'unknown',
    pin,
    description: '',
    proposal: policy,
    ...over,
  };
}

function reviewOf(...tools: ToolReview[]): ServerReview {
  return { server: 'mail', clearance: 'public', clearanceSet: false, tools, gone: [] };
}

test('a changed tool begins with what was accepted, and takes the proposal for new arguments', () => {
  const accepted: ToolPolicy = { ...policy, effect: 'money', arguments: { to: { role: 'content' } } };
  const proposal: ToolPolicy = {
    ...policy,
    arguments: { to: { role: 'control' }, bcc: { role: 'control' } },
  };
  assert.deepEqual(startPolicy(toolOf({ state: 'changed', accepted, proposal })), {
    ...accepted,
    arguments: { to: { role: 'content' }, bcc: { role: 'control' } },
  });
});

test('only chosen tools are sent, each with the pin that was shown and without one inside of its policy', () => {
  const tools = [toolOf({ accepted: { ...policy, pin: 'b'.repeat(64) } }), toolOf({ name: 'other' })];
  const sent = acceptRequest(choose(EMPTY_REVIEW, 'send', true), reviewOf(...tools), 'hash');
  assert.deepEqual(sent, { expectedHash: 'hash', tools: [{ name: 'send', policy, pin }], withdraw: [] });
});

test('a tool that cannot be pinned is never sent, whatever is changed in its form', () => {
  const { pin: _, ...unpinned } = toolOf({ state: 'unpinnable' });
  const draft = changePolicy(EMPTY_REVIEW, unpinned, { effect: 'read' });
  assert.deepEqual(acceptRequest(choose(draft, 'send', true), reviewOf(unpinned), 'h').tools, []);
});

test('a changed form counts as a wish to accept; taking back and accepting exclude each other', () => {
  const tool = toolOf();
  const changed = changeArgument(EMPTY_REVIEW, tool, { name: 'to', change: { slot: 'recipient' } });
  assert.deepEqual([...changed.accept], ['send']);
  assert.deepEqual(policyOf(changed, tool).arguments.to, { role: 'control', slot: 'recipient' });
  const back = takeBack(changed, 'send', true);
  assert.deepEqual([[...back.accept], [...back.withdraw]], [[], ['send']]);
  assert.deepEqual([...choose(back, 'send', true).withdraw], []);
});

test('an emptied slot is left out: the name of the argument counts again', () => {
  const tool = toolOf();
  const filled = changeArgument(EMPTY_REVIEW, tool, { name: 'to', change: { slot: 'recipient' } });
  const emptied = changeArgument(filled, tool, { name: 'to', change: { slot: '' } });
  assert.deepEqual(policyOf(emptied, tool).arguments.to, { role: 'control' });
});

test('tools are counted by what a person still has to do', () => {
  const tools = (['accepted', 'changed', 'unknown', 'unpinnable'] as const).map((state) => toolOf({ state }));
  assert.deepEqual(reviewCounts(reviewOf(...tools)), { accepted: 1, fresh: 2, changed: 1 });
});
