import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import type { TurnEvent } from '@bakerst/shared/events';
import { ApiClient } from './api-client.ts';
import type { CliParts } from './command.ts';
import type { ApiRequest } from './http-door.ts';
import { AT } from './rig/scripted-brain.ts';
import { closingNote, type ShowOptions, showTurn } from './show-turn.ts';

const common = { v: 1 as const, id: 'step_1', at: AT, actor: 'brain_1', onBehalfOf: 'prn_1' };
const label = { integrity: 'trusted', confidentiality: 'internal' } as const;
const answered = (seq: number, call: string, text: string): TurnEvent[] => [
  {
    type: 'step',
    seq,
    step: {
      ...common,
      type: 'model_started',
      call,
      attempt: 1,
      role: 'agent',
      model: 'test/model',
      holdMicros: 0,
      label,
      promptHash: 'p',
      toolsHash: 't',
      estimatedInputTokens: 1,
    },
  },
  {
    type: 'step',
    seq: seq + 1,
    step: {
      ...common,
      type: 'model_ended',
      call,
      attempt: 1,
      outcome: 'completed',
      parts: [{ type: 'text', text }],
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      usageSource: 'reported',
      costMicros: 0,
      label,
      durationMs: 1,
    },
  },
];
const asks: TurnEvent[] = [
  {
    type: 'step',
    seq: 3,
    step: {
      ...common,
      type: 'tool_decided',
      call: 'call_1',
      tool: 'mail__send',
      server: 'mail',
      effect: 'external',
      digest: 'd',
      sameCallDigest: 's',
      idempotent: false,
      verdict: {
        decision: 'ask',
        reasons: [{ rule: 'r', message: 'm' }],
        card: {
          title: 'Send a mail to eve\u200b@evil.example\n\u001b[2Kto Ann',
          tool: 'mail__send',
          server: 'mail',
          effect: 'external',
          values: [],
        },
      },
      label,
      policyHash: 'p',
    },
  },
  {
    type: 'step',
    seq: 4,
    step: {
      ...common,
      type: 'approval_requested',
      approval: 'apr_1',
      call: 'call_1',
      digest: 'd',
      expiresAt: AT,
    },
  },
  { type: 'state', seq: 4, status: 'parked', reason: 'approval', approval: 'apr_1' },
];
const decidedAndOver: TurnEvent[] = [
  {
    type: 'step',
    seq: 5,
    step: { ...common, type: 'approval_decided', approval: 'apr_1', call: 'call_1', decision: 'denied' },
  },
  { type: 'state', seq: 5, status: 'running' },
  ...answered(6, 'llm_2', 'Not sent.'),
  { type: 'step', seq: 8, step: { ...common, type: 'turn_ended', status: 'completed' } },
];
const WHOLE = [...answered(1, 'llm_1', 'I will send it.'), ...asks, ...decidedAndOver];

async function show(options: Partial<ShowOptions>) {
  let out = '';
  let notes = '';
  const body = WHOLE.map(
    (event, n) => `id: ${event.seq}.${n}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  const door = {
    json: () => Promise.reject(new Error('nothing but the stream is read')),
    open: async (_request: ApiRequest) => new Response(body.join('')),
  };
  const api = new ApiClient(door, 'http://127.0.0.1:1');
  const parts: Pick<CliParts, 'terminal' | 'api' | 'stdin'> = {
    terminal: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
      },
      paint: (_style, text) => text,
      interactive: true,
      columns: 100,
    },
    api: () => api,
    stdin: new PassThrough(),
  };
  const stop = new AbortController().signal;
  const shown = { live: true, quiet: false, ...options };
  const result = await showTurn('turn_1', shown, { parts: parts as CliParts, stop });
  return { result, out, notes };
}

describe('a turn that waits for an approval', () => {
  test('is left there, and one line says what is waited for and how to decide it', async () => {
    const { result, out } = await show({});
    assert.equal(result.status, 'parked');
    assert.equal(out, 'I will send it.\n');
    const note = closingNote(result);
    assert.match(note, /^Waits for a decision: Send a mail to eve<U\+200B>@evil\.example/);
    assert.match(note, /bakerst approvals approve apr_1/);
    assert.doesNotMatch(note, /\p{Cc}/u);
  });

  test('is waited for where that was asked, and said once', async () => {
    const { result, out, notes } = await show({ wait: true });
    assert.equal(result.status, 'completed');
    assert.equal(out, 'I will send it.\nNot sent.\n');
    assert.equal(notes.match(/Waits for a decision/g)?.length, 1);
  });

  test('goes on later where it was left, without saying anything twice', async () => {
    const { result: left } = await show({});
    const { out, result } = await show({ wait: true, after: left.seq });
    assert.equal(result.status, 'completed');
    assert.equal(out, 'Not sent.\n');
  });
});
