import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import { askAlways, mailServer, sendMail } from '../testing/mail-server.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

test('a call that needs a person parks the turn, and runs after the approval, once', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Sent' });
  const parked = await house.say('send');
  assert.equal(parked.record.status, 'parked');
  assert.deepEqual(mail.calls, []);
  const [approval] = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.ok(approval);
  await assert.rejects(
    house.turns.decideApproval(house.access, approval.id, { decision: 'approved', digest: 'another' }),
    (error) => error instanceof CodedError && error.code === 'approval_digest_mismatch',
  );
  const decision = { decision: 'approved', digest: approval.digest } as const;
  await house.turns.decideApproval(house.access, approval.id, decision);
  await assert.rejects(
    house.turns.decideApproval(house.access, approval.id, decision),
    (error) => error instanceof CodedError && error.code === 'approval_not_open',
  );
  const { record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.deepEqual(mail.calls, [{ to: 'a' }]);
});

test('a denied approval is read by the model with its reason, and nothing runs', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Understood' });
  const parked = await house.say('send');
  const [approval] = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.ok(approval);
  await house.turns.decideApproval(house.access, approval.id, {
    decision: 'denied',
    digest: approval.digest,
    reason: 'not today',
  });
  await house.settled(parked.turn, parked.conversation);
  assert.match(JSON.stringify(house.provider.requests[1]?.messages.at(-1)), /not today/);
  assert.deepEqual(mail.calls, []);
});

test('two approvals of one answer are decided one by one', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply(
    { text: '', calls: [sendMail, { name: 'mail__send', arguments: '{"to":"b"}' }] },
    { text: 'Sent' },
  );
  const parked = await house.say('send both');
  const open = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.equal(open.length, 2);
  for (const approval of open) {
    await house.turns.decideApproval(house.access, approval.id, {
      decision: 'approved',
      digest: approval.digest,
    });
    await house.settled(parked.turn, parked.conversation);
  }
  const { record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.equal(mail.calls.length, 2);
});

test('a new message withdraws an open approval, lets the turn end, and then runs', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Left it' }, { text: 'Sure' });
  const parked = await house.say('send');
  const next = await house.say('never mind', parked.conversation);
  assert.equal(next.record.status, 'completed');
  const { steps, record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.equal(find(steps, 'approval_decided')?.decision, 'withdrawn');
  assert.deepEqual(mail.calls, []);
});
