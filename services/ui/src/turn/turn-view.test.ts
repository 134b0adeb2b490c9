import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TurnEvent } from '@bakerst/shared/events';
import type { Step } from '@bakerst/shared/steps';
import fc from 'fast-check';
import { applyTurnEvent, emptyTurnState, lastSeq, mergeSteps, type TurnState } from './turn-state.ts';
import { answerText, foldTurn } from './turn-view.ts';

const common = {
  v: 1,
  id: 'step_1',
  at: '2026-11-20T10:00:00.000Z',
  actor: 'prn_1',
  onBehalfOf: 'prn_1',
} as const;
const label = { integrity: 'trusted', confidentiality: 'internal' } as const;
const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };

const received: Step = {
  ...common,
  type: 'message_received',
  message: 'msg_1',
  author: 'prn_1',
  parts: [{ type: 'words', text: 'write a note' }],
  label,
  options: {},
};
function started(call: string, attempt = 1, role: 'agent' | 'observer' = 'agent'): Step {
  const rest = { holdMicros: 9, label, promptHash: 'p', toolsHash: 't', estimatedInputTokens: 10 };
  return { ...common, type: 'model_started', call, attempt, role, model: 'demo/demo', ...rest };
}
type ModelEnded = Extract<Step, { type: 'model_ended' }>;
function ended(call: string, parts: ModelEnded['parts'], more: Partial<ModelEnded> = {}): Step {
  const rest = { usage, usageSource: 'reported', costMicros: 7, label, durationMs: 20 } as const;
  return { ...common, type: 'model_ended', call, attempt: 1, outcome: 'completed', parts, ...rest, ...more };
}
const toolCall = {
  type: 'tool_call',
  call: 'call_1',
  providerId: 'x',
  name: 'write_note',
  arguments: '{"text":"hi"}',
} as const;
const verdict = {
  decision: 'ask',
  reasons: [{ rule: 'effect', message: 'It writes.' }],
  card: { title: 'Write a note', tool: 'write_note', server: 'core', effect: 'write-private', values: [] },
} as const;
const decided: Step = {
  ...common,
  type: 'tool_decided',
  call: 'call_1',
  tool: 'write_note',
  server: 'core',
  effect: 'write-private',
  arguments: { text: 'hi' },
  digest: 'd1',
  sameCallDigest: 's1',
  idempotent: false,
  verdict: { ...verdict, reasons: [...verdict.reasons], card: { ...verdict.card, values: [] } },
  label,
  policyHash: 'h',
};
const asked: Step = {
  ...common,
  type: 'approval_requested',
  approval: 'apr_1',
  call: 'call_1',
  digest: 'd1',
  expiresAt: common.at,
};
const approved: Step = {
  ...common,
  type: 'approval_decided',
  approval: 'apr_1',
  call: 'call_1',
  decision: 'approved',
};
const intended: Step = { ...common, type: 'tool_intended', call: 'call_1', event: 'evt_1', digest: 'd1' };
const toolStarted: Step = { ...common, type: 'tool_started', call: 'call_1', receipt: 'r' };
const toolEnded: Step = {
  ...common,
  type: 'tool_ended',
  call: 'call_1',
  outcome: 'ok',
  content: [{ type: 'text', text: 'saved' }],
  label,
  durationMs: 3,
};
const done: Step = { ...common, type: 'turn_ended', status: 'completed' };

const STORY: readonly Step[] = [
  received,
  started('mc_1'),
  ended('mc_1', [], { outcome: 'failed', error: { code: 'provider_overloaded', message: 'busy' } }),
  started('mc_1', 2),
  ended('mc_1', [{ type: 'thinking', text: 'hm' }, { type: 'text', text: 'I will write.' }, toolCall], {
    attempt: 2,
  }),
  decided,
  asked,
  approved,
  intended,
  toolStarted,
  toolEnded,
  started('mc_2'),
  ended('mc_2', [
    { type: 'text', text: 'Done' },
    { type: 'text', text: '.' },
  ]),
  done,
];

function fresh(): TurnState {
  return emptyTurnState({ status: 'queued', seq: 0 });
}
function play(events: readonly TurnEvent[]): TurnState {
  return events.reduce(applyTurnEvent, fresh());
}
function stepsOnly(story: readonly Step[]): TurnEvent[] {
  return story.map((step, index) => ({ type: 'step', seq: index + 1, step }));
}
function delta(call: string, offset: number, text: string): TurnEvent {
  return { type: 'delta', seq: 1, call, attempt: 1, offset, channel: 'text', text };
}

const noise = fc.record({
  at: fc.nat({ max: STORY.length }),
  event: fc.oneof(
    fc.record({
      type: fc.constant('delta' as const),
      seq: fc.nat(20),
      call: fc.constantFrom('mc_1', 'mc_2'),
      attempt: fc.integer({ min: 1, max: 2 }),
      offset: fc.nat(20),
      channel: fc.constantFrom('text' as const, 'thinking' as const),
      text: fc.string(),
    }),
    fc.record({
      type: fc.constant('snapshot' as const),
      seq: fc.nat(20),
      call: fc.constantFrom('mc_1', 'mc_2'),
      attempt: fc.integer({ min: 1, max: 2 }),
      text: fc.string(),
      thinking: fc.string(),
    }),
    fc.record({
      type: fc.constant('reset' as const),
      seq: fc.nat(20),
      call: fc.constantFrom('mc_1', 'mc_2'),
      attempt: fc.integer({ min: 1, max: 2 }),
    }),
    fc.record({
      type: fc.constant('state' as const),
      seq: fc.nat(STORY.length),
      status: fc.constantFrom('queued' as const, 'running' as const, 'parked' as const),
    }),
  ),
});

test('the steps alone and the steps with anything streamed in between fold to the same view', () => {
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 30 }), fc.nat({ max: STORY.length }), (noises, length) => {
      const steps = stepsOnly(STORY.slice(0, length));
      const noisy = steps.flatMap((event, index) => [
        event,
        ...noises.filter((one) => one.at === index).map((one) => one.event),
      ]);
      const [view, expected] = [foldTurn(play(noisy)), foldTurn(play(steps))];
      // In the middle of an attempt its text is there already, and the server may have said how the turn stands.
      const isAsking = STORY[length - 1]?.type === 'model_started';
      if (!isAsking) assert.deepEqual(view.items, expected.items);
      if (length === STORY.length) assert.deepEqual(view, expected);
    }),
    { numRuns: 500 },
  );
});

test('steps that arrive twice, by stream and by page, count once', () => {
  const state = play(stepsOnly(STORY.slice(0, 6)));
  const all = STORY.map((step, index) => ({ seq: index + 1, step }));
  assert.deepEqual(foldTurn(mergeSteps(state, all)), foldTurn(play(stepsOnly(STORY))));
});

test('a step that is missing in between is noticed and nothing after it is taken', () => {
  const state = applyTurnEvent(play(stepsOnly(STORY.slice(0, 2))), { type: 'step', seq: 5, step: done });
  assert.equal(state.gap, true);
  assert.equal(lastSeq(state), 2);
});

test('pieces of the answer are joined, repeated ones are not doubled, a hole asks for a snapshot', () => {
  let state = play(stepsOnly([received, started('mc_1')]));
  state = applyTurnEvent(state, delta('mc_1', 0, 'Hello '));
  state = applyTurnEvent(state, delta('mc_1', 0, 'Hello '));
  state = applyTurnEvent(state, delta('mc_1', 3, 'lo wor'));
  assert.equal(state.live?.text, 'Hello wor');
  assert.equal(applyTurnEvent(state, delta('mc_1', 40, 'x')).gap, true);
  const joined = applyTurnEvent(state, {
    type: 'snapshot',
    seq: 2,
    call: 'mc_1',
    attempt: 1,
    text: 'Hello world',
    thinking: '',
  });
  assert.equal(joined.live?.text, 'Hello world');
});

test('a new attempt voids what was shown of the former one', () => {
  let state = play([...stepsOnly([received, started('mc_1')]), delta('mc_1', 0, 'wrong')]);
  state = applyTurnEvent(state, { type: 'reset', seq: 2, call: 'mc_1', attempt: 2 });
  assert.deepEqual(foldTurn(state).items, []);
});

test('the text on screen keeps its key when the recorded answer replaces it', () => {
  const before = play([...stepsOnly([received, started('mc_1')]), delta('mc_1', 0, 'Hel')]);
  const after = applyTurnEvent(before, {
    type: 'step',
    seq: 3,
    step: ended('mc_1', [{ type: 'text', text: 'Hello' }]),
  });
  assert.equal(foldTurn(before).items[0]?.key, foldTurn(after).items[0]?.key);
});

test('a call that waits for a person parks the turn, and a decision wakes it', () => {
  const waiting = foldTurn(play(stepsOnly(STORY.slice(0, 7))));
  assert.equal(waiting.status, 'parked');
  const tool = waiting.items.find((item) => item.kind === 'tool');
  assert.equal(tool?.tool.state, 'waiting');
  assert.equal(tool?.tool.approval?.digest, 'd1');
  assert.equal(foldTurn(play(stepsOnly(STORY.slice(0, 8)))).status, 'running');
});

test('failed attempts stay visible as notices, their text does not outlive the next attempt', () => {
  const failed = ended('mc_1', [{ type: 'text', text: 'half' }], {
    outcome: 'failed',
    error: { code: 'provider_unreachable', message: 'cut' },
  });
  const at = (story: Step[]) => foldTurn(play(stepsOnly(story))).items.map((item) => item.kind);
  assert.deepEqual(at([received, started('mc_1'), failed]), ['notice', 'text']);
  assert.deepEqual(at([received, started('mc_1'), failed, started('mc_1', 2)]), ['notice']);
});

test('a summary made for compaction is paid for but is not an answer', () => {
  const story = [
    received,
    started('mc_0', 1, 'observer'),
    ended('mc_0', [{ type: 'text', text: 'summary' }]),
  ];
  const view = foldTurn(play(stepsOnly(story)));
  assert.deepEqual(view.items, []);
  assert.equal(view.costMicros, 7);
});

test('the whole story folds to what a person should see', () => {
  const view = foldTurn(play(stepsOnly(STORY)));
  assert.deepEqual(
    view.items.map((item) => item.kind),
    ['notice', 'thinking', 'text', 'tool', 'text'],
  );
  assert.equal(view.status, 'completed');
  assert.equal(view.costMicros, 21);
  assert.equal(answerText(view), 'I will write.\n\nDone.');
});
