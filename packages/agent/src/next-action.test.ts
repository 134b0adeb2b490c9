import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import type { RecordedStep, Step } from '@bakerst/shared/steps';
import { type NextAction, nextAction } from './next-action.ts';
import { foldTurn } from './turn-state.ts';

const head = {
  v: 1,
  id: 'step_1',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'brain',
  onBehalfOf: 'prn_1',
} as const;
const label = { integrity: 'trusted', confidentiality: 'internal' } as const;
const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };

const message: Step = {
  ...head,
  type: 'message_received',
  message: 'msg_1',
  author: 'prn_1',
  parts: [{ type: 'words', text: 'hi' }],
  label,
  options: {},
};
const started = (call: string, role: 'agent' | 'observer' = 'agent'): Step => ({
  ...head,
  type: 'model_started',
  call,
  attempt: 1,
  role,
  model: 'demo/demo',
  holdMicros: 0,
  label,
  promptHash: '',
  toolsHash: '',
  estimatedInputTokens: 1,
});
const ended = (call: string, tools: string[] = [], outcome: 'completed' | 'failed' = 'completed'): Step => ({
  ...head,
  type: 'model_ended',
  call,
  attempt: 1,
  outcome,
  parts: tools.map((id) => ({ type: 'tool_call', call: id, providerId: id, name: 't', arguments: '{}' })),
  usage,
  usageSource: 'reported',
  costMicros: 0,
  label,
  durationMs: 1,
  ...(outcome === 'failed' && { error: { code: 'provider_overloaded', message: 'busy' } }),
});
type Decision = 'allow' | 'ask' | 'deny';
const decided = (
  call: string,
  decision: Decision = 'allow',
  {
    effect = 'read',
    problem,
  }: { effect?: 'read' | 'external'; problem?: 'client_tool' | 'unknown_tool' } = {},
): Step => ({
  ...head,
  type: 'tool_decided',
  call,
  tool: 't',
  server: 'core',
  effect,
  digest: 'd',
  sameCallDigest: 's',
  idempotent: false,
  verdict:
    decision === 'ask'
      ? {
          decision,
          reasons: [{ rule: 'r', message: 'm' }],
          card: { title: 't', tool: 't', server: 'core', effect, values: [] },
        }
      : { decision, reasons: [{ rule: 'r', message: 'm' }] },
  label,
  policyHash: 'p',
  ...(problem && { problem: { code: problem, message: 'no' } }),
});
const requested = (call: string): Step => ({
  ...head,
  type: 'approval_requested',
  approval: `apr_${call}`,
  call,
  digest: 'd',
  expiresAt: head.at,
});
const answered = (call: string, decision: 'approved' | 'denied' | 'expired' | 'withdrawn'): Step => ({
  ...head,
  type: 'approval_decided',
  approval: `apr_${call}`,
  call,
  decision,
});
const intended = (call: string): Step => ({
  ...head,
  type: 'tool_intended',
  call,
  event: 'evt_1',
  digest: 'd',
});
const toolStarted = (call: string): Step => ({ ...head, type: 'tool_started', call, receipt: 'r' });
const toolEnded = (call: string): Step => ({
  ...head,
  type: 'tool_ended',
  call,
  outcome: 'ok',
  content: [],
  label,
  durationMs: 1,
});

function next(...steps: Step[]): NextAction {
  const recorded: RecordedStep[] = [message, ...steps].map((step, index) => ({ seq: index + 1, step }));
  return nextAction(foldTurn(recorded), { modelCalls: 3 });
}
const callsOf = (action: NextAction) =>
  'calls' in action ? action.calls.map((call) => ('part' in call ? call.part.call : call.call)) : [];

test('a message is answered by the model, and an answer without calls ends the turn', () => {
  assert.equal(next().kind, 'call_model');
  assert.deepEqual(next(started('m1'), ended('m1')), { kind: 'finish', status: 'completed' });
});

test('a model call that a dead brain left open is closed before anything else', () => {
  assert.equal(next(started('m1')).kind, 'close_interrupted_model');
});

test('a failed attempt is followed by another, with the failure remembered', () => {
  const steps = [started('m1'), ended('m1', [], 'failed')];
  assert.equal(next(...steps).kind, 'call_model');
  const state = foldTurn([message, ...steps].map((step, index) => ({ seq: index + 1, step })));
  assert.deepEqual(state.failures, [{ model: 'demo/demo', code: 'provider_overloaded', message: 'busy' }]);
});

test('a complete answer is never asked for twice', () => {
  const action = next(started('m1'), ended('m1', ['a', 'b']));
  assert.equal(action.kind, 'decide');
  assert.deepEqual(callsOf(action), ['a', 'b']);
});

test('summaries of the observer neither answer the turn nor count as its answers', () => {
  assert.equal(next(started('o1', 'observer'), ended('o1')).kind, 'call_model');
});

test('denied, unknown and unapproved calls are answered without running', () => {
  const base = [started('m1'), ended('m1', ['a'])];
  assert.equal(next(...base, decided('a', 'deny')).kind, 'refuse');
  assert.equal(next(...base, decided('a', 'deny', { problem: 'unknown_tool' })).kind, 'refuse');
  for (const decision of ['denied', 'expired', 'withdrawn'] as const) {
    assert.equal(
      next(...base, decided('a', 'ask'), requested('a'), answered('a', decision)).kind,
      'refuse',
      decision,
    );
  }
});

test('an asked call waits for its approval and runs only after it', () => {
  const base = [started('m1'), ended('m1', ['a']), decided('a', 'ask')];
  assert.equal(next(...base).kind, 'request_approvals');
  assert.deepEqual(next(...base, requested('a')), { kind: 'wait_for_approval', approval: 'apr_a' });
  assert.equal(next(...base, requested('a'), answered('a', 'approved')).kind, 'intend');
});

test('reads run together, an effect runs alone and in its place', () => {
  const base = [
    started('m1'),
    ended('m1', ['a', 'b', 'c', 'd']),
    decided('a'),
    decided('b'),
    decided('c', 'allow', { effect: 'external' }),
    decided('d'),
  ];
  const done = (call: string) => [intended(call), toolStarted(call), toolEnded(call)];
  assert.deepEqual(callsOf(next(...base)), ['a', 'b']);
  assert.deepEqual(callsOf(next(...base, ...done('a'), ...done('b'))), ['c']);
  assert.deepEqual(callsOf(next(...base, ...done('a'), ...done('b'), ...done('c'))), ['d']);
});

test('a call behind one that waits for an approval waits too', () => {
  const action = next(
    started('m1'),
    ended('m1', ['a', 'b']),
    decided('a', 'ask'),
    decided('b'),
    requested('a'),
  );
  assert.equal(action.kind, 'wait_for_approval');
});

test('without tool_started a call did not run; with it and without an end it is recovered', () => {
  const base = [started('m1'), ended('m1', ['a']), decided('a', 'allow', { effect: 'external' })];
  assert.equal(next(...base, intended('a')).kind, 'start');
  assert.equal(next(...base, intended('a'), toolStarted('a')).kind, 'recover');
});

test('results go back to the model until the limit of model calls', () => {
  const round = (n: number) => [
    started(`m${n}`),
    ended(`m${n}`, [`a${n}`]),
    decided(`a${n}`),
    intended(`a${n}`),
    toolStarted(`a${n}`),
    toolEnded(`a${n}`),
  ];
  assert.equal(next(...round(1), ...round(2)).kind, 'call_model');
  const action = next(...round(1), ...round(2), ...round(3));
  assert.equal(action.kind === 'finish' && action.error?.code, 'turn_model_call_limit');
});

test("a client's own tool ends the turn, after the calls that are ours", () => {
  const base = [
    started('m1'),
    ended('m1', ['a', 'b']),
    decided('a', 'deny', { problem: 'client_tool' }),
    decided('b'),
  ];
  assert.deepEqual(callsOf(next(...base)), ['b']);
  assert.deepEqual(next(...base, intended('b'), toolStarted('b'), toolEnded('b')), {
    kind: 'finish',
    status: 'completed',
  });
});

test('steps that name a call nobody made, or do not begin with a message, are refused', () => {
  const contradiction = (error: unknown) =>
    isCoded(error, 'turn_inconsistent') && /contradict/.test(error.message);
  assert.throws(() => next(started('m1'), ended('m1'), toolStarted('zz')), contradiction);
  assert.throws(() => next(ended('m1')), contradiction);
  assert.throws(() => foldTurn([]), contradiction);
});
