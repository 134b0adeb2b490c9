import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation, SECRET, TRUSTED } from './testing/conversation.ts';
import { guardOf, PIN } from './testing/office-policy.ts';

const guard = guardOf({
  version: 1,
  servers: { web: { clearance: 'public', tools: { find: { pin: PIN, effect: 'read' } } } },
});
const call = {
  call: 'call_1',
  tool: 'web__find',
  server: 'web',
  effect: 'read',
  pin: PIN,
  arguments: { query: 'salary of Ann' },
  digest: 'd',
} as const;

test('a read by a server that may not know what was read counts as leaving the house, else as a read', () => {
  const { context } = Conversation.of(guard, 'What is new?');
  assert.equal(guard.judgedEffect({ ...context, label: TRUSTED }, call), 'read');
  assert.equal(guard.judgedEffect({ ...context, label: SECRET }, call), 'external');
});
