import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Past } from '@bakerst/shared/guard';
import { HIGHEST_LABEL, type Label, LOWEST_LABEL } from '@bakerst/shared/labels';
import type { Step, StepOf } from '@bakerst/shared/steps';
import type { HistoryTurn } from '@bakerst/shared/store/turn-store';
import { guardOf } from '../testing/turn-house.ts';
import { replayCalls } from './replay.ts';

const common = (id: string) => ({
  v: 1 as const,
  id,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'b',
  onBehalfOf: 'p',
});

function said(id: string, unattended = false): StepOf<'message_received'> {
  const parts = [{ type: 'words' as const, text: id }];
  const options = { ...(unattended && { unattended }) };
  return {
    ...common(id),
    type: 'message_received',
    message: id,
    author: 'p',
    parts,
    label: LOWEST_LABEL,
    options,
  };
}

function decided(id: string, label: Label): StepOf<'tool_decided'> {
  return {
    ...common(id),
    type: 'tool_decided',
    call: id,
    tool: 'write_note',
    server: 'core',
    effect: 'write-private',
    arguments: { title: id },
    digest: id,
    sameCallDigest: id,
    idempotent: false,
    verdict: { decision: 'allow', reasons: [] },
    label,
    policyHash: '',
  };
}

function compacted(id: string, throughTurn: string): StepOf<'context_compacted'> {
  return {
    ...common(id),
    type: 'context_compacted',
    trimmedCalls: [],
    throughTurn,
    turnsSummarised: 1,
    summary: 's',
    unknownDigests: [],
    label: HIGHEST_LABEL,
    tokensBefore: 2,
    tokensAfter: 1,
  };
}

function turn(id: string, steps: readonly Step[]): HistoryTurn {
  const record = {
    id,
    conversation: 'c',
    owner: 'p',
    position: 1,
    status: 'completed' as const,
    createdAt: '',
    seq: 1,
    costMicros: 0,
  };
  return { record, steps: steps.map((step, at) => ({ seq: at + 1, step })) };
}

function seen(past: Past | undefined): readonly string[] {
  const list: string[] = [];
  for (let one = past; one; one = one.before) list.push(`${one.turn}:${one.step.id}`);
  return list.reverse();
}

test('a replayed call knows what the brain knew: earlier turns, also those a summary stands for, and its own batch', () => {
  const turns = [
    turn('t1', [said('m1')]),
    turn('t2', [said('m2'), decided('d2', LOWEST_LABEL)]),
    turn('t3', [
      said('m3', true),
      compacted('s', 't1'),
      decided('d3', HIGHEST_LABEL),
      decided('d4', HIGHEST_LABEL),
    ]),
    turn('t4', [said('m4'), decided('d5', LOWEST_LABEL)]),
  ];
  const grants = () => [];
  const calls = [...replayCalls(guardOf({ version: 1 }), turns, grants)];
  assert.deepEqual(
    calls.map(({ context }) => seen(context.past)),
    [
      ['t1:m1', 't2:m2'],
      ['t1:m1', 't2:m2', 't2:d2', 't3:m3', 't3:s'],
      ['t1:m1', 't2:m2', 't2:d2', 't3:m3', 't3:s', 't3:d3'],
      ['t1:m1', 't2:m2', 't2:d2', 't3:m3', 't3:s', 't3:d3', 't3:d4', 't4:m4'],
    ],
  );
  assert.deepEqual(
    calls.map(({ context }) => [context.request.turn, context.request.unattended, context.label]),
    [
      ['t2', false, LOWEST_LABEL],
      ['t3', true, HIGHEST_LABEL],
      ['t3', true, HIGHEST_LABEL],
      ['t4', false, LOWEST_LABEL],
    ],
  );
});

test('a call that was never judged is not replayed', () => {
  const { arguments: _none, ...unread } = decided('d1', LOWEST_LABEL);
  const problem = { code: 'unknown_tool' as const, message: 'none' };
  const turns = [turn('t1', [said('m1'), unread, { ...decided('d2', LOWEST_LABEL), problem }])];
  assert.deepEqual([...replayCalls(guardOf({ version: 1 }), turns, () => [])], []);
});
