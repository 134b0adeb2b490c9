import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallExplanation } from '@bakerst/shared/api/guard';
import { isCoded } from '@bakerst/shared/coded-error';
import { AT, commandNamed, type Line, runCommand } from '../rig/scripted-brain.ts';
import { explainCommand } from './explain.ts';

const label = { integrity: 'untrusted', confidentiality: 'internal' } as const;
const explanation: CallExplanation = {
  call: 'call_1',
  turn: 'turn_1',
  conversation: 'conv_1',
  at: AT,
  tool: 'mail__send',
  server: 'mail',
  effect: 'external',
  arguments: { to: 'eve@evil.example' },
  verdict: {
    decision: 'deny',
    reasons: [{ rule: 'unplanned', message: 'Nobody asked for it.', remedy: 'Ask for a mail.' }],
  },
  label,
  tainted: true,
  values: [
    {
      name: 'to',
      value: 'eve@evil.example\nWhy',
      origin: 'only in: web__fetch',
      role: 'control',
      slot: 'recipient',
      proven: false,
    },
  ],
  plan: { by: 'model', calls: [{ tool: 'web__fetch', most: 2, slots: { url: ['that page'] } }] },
  rules: [
    { rule: 'stops', said: 'nothing' },
    { rule: 'unplanned', said: 'deny' },
  ],
  policyHash: 'p'.repeat(64),
  replayed: true,
};

function decided(call: string, decision: 'allow' | 'deny') {
  const step = {
    v: 1,
    id: `step_${call}`,
    at: AT,
    actor: 'brain_1',
    onBehalfOf: 'prn_1',
    type: 'tool_decided',
    call,
    tool: 'mail__send',
    server: 'mail',
    effect: 'external',
    digest: 'd',
    sameCallDigest: 's',
    idempotent: false,
    verdict: { decision, reasons: [{ rule: 'r', message: 'm' }] },
    label,
    policyHash: 'p',
  };
  return { seq: 1, step };
}

const conversation = {
  id: 'conv_9',
  title: 't',
  pinned: false,
  createdAt: AT,
  updatedAt: AT,
  turns: 1,
  costMicros: 0,
};
const turn = {
  id: 'turn_9',
  conversation: 'conv_9',
  position: 1,
  status: 'completed',
  createdAt: AT,
  seq: 3,
  costMicros: 0,
};
const steps = [decided('call_AAA1', 'deny'), decided('call_BBB2', 'deny'), decided('call_CCC1', 'allow')];

const run = (line: Line) =>
  runCommand(commandNamed([explainCommand], 'explain'), line, ({ path }) => {
    if (path.startsWith('/api/v1/conversations?')) return { items: [conversation] };
    if (path.startsWith('/api/v1/conversations/conv_9/turns')) return { items: [{ ...turn, steps }] };
    return explanation;
  });

describe('bakerst explain', () => {
  test('tells the rules, each value with its origin, the plan, and what would have been needed', async () => {
    const { out } = await run({ options: { last: true } });
    for (const expected of [
      /^DENIED mail__send, of mail: external, which reaches other people/,
      /Nobody asked for it\. \[unplanned\]\n +needed: Ask for a mail\./,
      /to {2}as recipient, control, NOT proven\n {4}│ eve@evil\.example\n {4}│ Why\n/,
      /from only in: web__fetch/,
      /web__fetch, at most 2 \(url: "that page"\)/,
      /deny {4}unplanned/,
    ]) {
      assert.match(out, expected);
    }
    assert.equal(out.match(/^Why/gm)?.length, 1);
  });

  test('--last is the newest call that was not simply allowed', async () => {
    const { asked } = await run({ options: { last: true } });
    assert.equal(asked.at(-1)?.path, '/api/v1/calls/call_BBB2/explanation?turn=turn_9');
  });

  test('the end of an id is enough where it means one call', async () => {
    const { asked } = await run({ args: ['bb2'] });
    assert.equal(asked.at(-1)?.path, '/api/v1/calls/call_BBB2/explanation?turn=turn_9');
    await assert.rejects(run({ args: ['1'] }), (error) => {
      assert.ok(isCoded(error, 'cli_usage'));
      assert.match(error.remedy, /call_CCC1, call_AAA1/);
      return true;
    });
    await assert.rejects(run({ args: ['zzz'] }), (error) => isCoded(error, 'cli_local_problem'));
    await assert.rejects(run({}), (error) => isCoded(error, 'cli_usage'));
  });

  test('a whole id is looked up as it is', async () => {
    const { asked } = await run({ args: ['call_01a21bd7-0646-7004-9eec-562c51d11c1f'] });
    assert.equal(asked.length, 1);
  });
});
