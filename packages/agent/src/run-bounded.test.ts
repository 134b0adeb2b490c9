import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolSource } from '@bakerst/shared/tools';
import { runBounded } from './run-bounded.ts';
import { inspector, toolDefinition } from './testing/registry-rig.ts';

const definition = toolDefinition();

test('a call that was stopped before it began reaches no handler, and is no unknown outcome', async () => {
  let calls = 0;
  const source: ToolSource = {
    server: 'mail',
    tools: () => [definition],
    call: async () => {
      calls += 1;
      throw new Error('the connection is closed');
    },
  };
  const ran = await runBounded({
    source,
    definition,
    inspector,
    tool: 'send',
    effect: 'external',
    args: {},
    context: { principal: 'p', conversation: 'c', turn: 't', call: 'k', signal: AbortSignal.abort() },
    clock: () => 0,
  });
  // A rejection that nobody hears would end the process here.
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(calls, 0);
  assert.equal(ran.outcome, 'error');
  assert.equal(ran.error?.code, 'tool_cancelled');
});
