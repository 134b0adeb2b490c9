import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GuardContext, ProposedCall } from '@bakerst/shared/guard';
import { Effect, Verdict } from '@bakerst/shared/guard';
import fc from 'fast-check';
import { createListedToolsGuard } from './listed-tools-guard.ts';

const context: GuardContext = {
  turn: 'turn_1',
  conversation: 'conv_1',
  principal: 'prn_1',
  label: { integrity: 'trusted', confidentiality: 'internal' },
  unknownDigests: new Set(),
  unattended: false,
};
const call = (over: Partial<ProposedCall & { digest: string }> = {}): ProposedCall & { digest: string } => ({
  call: 'call_1',
  tool: 'write_note',
  server: 'core',
  effect: 'write-private',
  arguments: { title: 'a' },
  digest: 'd1',
  ...over,
});

test('a core read runs; a read of a server does not unless it is listed', () => {
  const guard = createListedToolsGuard({ allow: [] });
  assert.equal(guard.decide(context, call({ tool: 'system_info', effect: 'read' })).decision, 'allow');
  assert.equal(
    guard.decide(context, call({ tool: 'files__read', server: 'files', effect: 'read' })).decision,
    'deny',
  );
});

test('a listed tool runs, and only under its exact name', () => {
  const guard = createListedToolsGuard({ allow: ['write_note'] });
  assert.equal(guard.decide(context, call()).decision, 'allow');
  for (const tool of ['write_note2', 'write-note', 'WRITE_NOTE', 'other__write_note', '']) {
    assert.equal(guard.decide(context, call({ tool })).decision, 'deny', tool);
  }
});

test('a denial names the tool and the remedy', () => {
  const verdict = createListedToolsGuard({ allow: [] }).decide(context, call());
  assert.equal(verdict.decision, 'deny');
  assert.match(verdict.reasons[0]?.remedy ?? '', /"write_note".*tools\.allow/);
});

test('a call whose outcome is unknown asks before it runs again, and is denied where nobody can be asked', () => {
  const guard = createListedToolsGuard({ allow: ['write_note'] });
  const after = guard.observe(context, { type: 'outcome_unknown', call: 'call_0', digest: 'd1' });
  const verdict = guard.decide(after, call());
  assert.equal(verdict.decision, 'ask');
  assert.equal(Verdict.safeParse(verdict).success, true);
  assert.equal(guard.decide(after, call({ digest: 'd2' })).decision, 'allow');
  assert.equal(guard.decide({ ...after, unattended: true }, call()).decision, 'deny');
});

test('the policy hash changes with the list and not with its order', () => {
  const hash = (allow: string[]) => createListedToolsGuard({ allow }).policyHash;
  assert.equal(hash(['a', 'b']), hash(['b', 'a']));
  assert.notEqual(hash(['a']), hash(['a', 'b']));
});

test('nothing with an effect, and nothing of a server, is ever allowed unlisted', () => {
  const guard = createListedToolsGuard({ allow: ['listed'] });
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(...Effect.options), (tool, server, effect) => {
      const { decision } = guard.decide(context, call({ tool, server, effect }));
      const may = tool === 'listed' || (server === 'core' && effect === 'read');
      assert.equal(decision, may ? 'allow' : 'deny');
    }),
  );
});

test('observing a result only ever raises the label', () => {
  const guard = createListedToolsGuard({ allow: [] });
  const after = guard.observe(context, {
    type: 'result_observed',
    call: 'call_1',
    label: { integrity: 'untrusted', confidentiality: 'public' },
  });
  assert.deepEqual(after.label, { integrity: 'untrusted', confidentiality: 'internal' });
});
