import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '@bakerst/shared/identity';
import { subjects } from '@bakerst/shared/subjects';
import { mailPolicy, mailServer, sendMail } from '../testing/mail-server.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

const policy = { ...mailPolicy(), approvals: [{ tools: ['mail__send'], fourEyes: true }] };

test('a call that needs two people runs once the second one approves, who is told that it waits', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], policy });
  const { store, parts } = house;
  const identity = { kind: 'human', name: 'Ann', issuer: 'local', subject: 'ann' } as const;
  const ann = await store.ensurePrincipal({ ...identity, id: parts.ids('principal') });
  const hints: unknown[] = [];
  parts.bus.subscribe(subjects.changes(ann.id), (hint) => hints.push(hint));
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Sent' });
  const parked = await house.say('What is new?');
  assert.equal(parked.record.status, 'parked');
  const [waiting] = house.approvals.list(house.access, { status: 'open', limit: 5 });
  assert.ok(waiting);
  await assert.rejects(
    house.decide(waiting),
    (error) => error instanceof Error && 'code' in error && error.code === 'approval_needs_second_person',
  );
  assert.deepEqual(hints, [{ type: 'changed', what: 'approval', id: waiting.id }]);
  const access: Access = {
    principal: ann.id,
    scopes: new Set(['approve']),
    via: 'session',
    credential: 'ses_2',
  };
  const { nonce, digest } = house.approvals.read(access, waiting.id);
  const credential = {
    id: 'ses_2',
    kind: 'session',
    principal: ann.id,
    name: 'console',
    scopes: ['approve'],
    createdAt: new Date().toISOString(),
  } as const;
  const decision = { decision: 'approved', nonce, digest } as const;
  await house.approvals.decide({ access, credential }, waiting.id, decision);
  const { record, steps } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.deepEqual(mail.calls, [{ to: 'a' }]);
  assert.equal(find(steps, 'approval_decided')?.actor, ann.id);
});
