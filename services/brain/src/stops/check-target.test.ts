import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolList, ToolServer } from '@bakerst/shared/api/system';
import { isCoded } from '@bakerst/shared/coded-error';
import { checkTarget } from './check-target.ts';

function listOf(state: ToolServer['state']): ToolList {
  const server: ToolServer = {
    server: 'mail',
    transport: 'stdio',
    state,
    toolCount: 1,
    confinement: 'sandboxed',
    restarts: 0,
    since: '2026-01-01T00:00:00.000Z',
    origin: 'file',
  };
  const send = {
    name: 'mail__send',
    server: 'mail',
    description: '',
    parameters: {},
    effect: 'external',
    idempotent: false,
    acceptance: 'accepted',
    clearance: 'internal',
    allowed: false,
    reason: '',
  } as const;
  return { items: state === 'ready' ? [send] : [], servers: [server] };
}

const stop = (target: string, state: ToolServer['state']) =>
  checkTarget({ scope: 'tool', target }, listOf(state));

test('of a server that runs, only the tools that it offers can be stopped', () => {
  stop('mail__send', 'ready');
  assert.throws(
    () => stop('mail__sned', 'ready'),
    (error) => isCoded(error, 'stop_target_unknown') && /mail__send/.test(error.remedy),
  );
});

test('of a server that is down, a tool is stopped before it comes back', () => {
  for (const state of ['starting', 'backing_off', 'failed', 'disabled'] as const) {
    stop('mail__send', state);
    assert.throws(
      () => stop('mali__send', state),
      (error) => isCoded(error, 'stop_target_unknown'),
    );
  }
});
