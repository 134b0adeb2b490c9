import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { createIdSource } from '@bakerst/shared/ids';
import { endorsementsOf } from './endorsements.ts';

test('where the judged call is not on record nothing is endorsed, and whoever wanted to is told', () => {
  const pending = {
    approval: 'apr_1',
    turn: 'turn_1',
    conversation: 'conv_1',
    call: 'call_1',
    digest: 'd',
    requestedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T01:00:00.000Z',
    status: 'open',
    owner: 'prn_1',
    fourEyes: false,
  } as const;
  const asked = { found: { pending }, ids: createIdSource(() => 0), now: 0 };
  const plain = { decision: 'approved', nonce: 'n', digest: 'd' } as const;
  assert.deepEqual(endorsementsOf(plain, asked), { endorsed: [], grants: [] });
  for (const more of [{ endorse: ['to'] }, { remember: { names: ['to'], days: 1 } }]) {
    assert.throws(
      () => endorsementsOf({ ...plain, ...more }, asked),
      (error) => isCoded(error, 'approval_endorsement_refused'),
    );
  }
});
