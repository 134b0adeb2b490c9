import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Effect } from '@bakerst/shared/guard';
import fc from 'fast-check';
import { createDenyGuard, formerGuard, NO_POLICY_TEXT } from './deny-guard.ts';

const request = { turn: 't', conversation: 'c', principal: 'p', unattended: false, stops: [], grants: [] };

test('without a policy nothing but a read of the house is allowed, whatever is proposed', () => {
  const guard = createDenyGuard();
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('core', 'files', ''),
      fc.constantFrom(...Effect.options),
      (tool, server, effect) => {
        const call = { call: 'call_1', tool, server, effect, arguments: {}, digest: 'd' };
        const verdict = guard.decide(guard.begin(request), call);
        assert.equal(verdict.decision, server === 'core' && effect === 'read' ? 'allow' : 'deny');
        assert.deepEqual(guard.explain(guard.begin(request), call).verdict, verdict);
      },
    ),
  );
});

test('verdicts of a time without a policy are made again as they were', () => {
  const guard = formerGuard(NO_POLICY_TEXT);
  const call = {
    call: 'call_1',
    tool: 'write_note',
    server: 'core',
    effect: 'write-private',
    arguments: {},
    digest: 'd',
  } as const;
  assert.equal(guard.decide(guard.begin(request), call).decision, 'deny');
  assert.equal(guard.policyHash, createDenyGuard().policyHash);
});
