import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import { askAlways, mailServer, sendMail } from '../testing/mail-server.ts';
import { find } from '../testing/steps-of.ts';
import { type House, openHouse } from '../testing/turn-house.ts';

test('a call that needs a person parks the turn, and runs after the approval, once', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Sent' });
  const parked = await house.say('send');
  assert.equal(parked.record.status, 'parked');
  assert.deepEqual(mail.calls, []);
  const [approval] = openApprovals(house);
  assert.ok(approval);
  await assert.rejects(
    house.decide(approval, { digest: 'another' }),
    (error) => error instanceof CodedError && error.code === 'approval_digest_mismatch',
  );
  await house.decide(approval);
  await assert.rejects(
    house.decide(approval),
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
  const [approval] = openApprovals(house);
  assert.ok(approval);
  await house.decide(approval, { decision: 'denied', reason: 'not today' });
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
  const open = openApprovals(house);
  assert.equal(open.length, 2);
  for (const approval of open) {
    const { together } = house.approvals.read(house.access, approval.id);
    const others = openApprovals(house).filter(({ id }) => id !== approval.id);
    assert.deepEqual(
      together,
      others.map(({ id }) => id),
    );
    await house.decide(approval);
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

test('stopping everything ends a turn that waits, on behalf of its owner, and its call never runs', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] });
  const parked = await house.say('send');
  const admin = { ...house.access, principal: (await secondPerson(house)).id };
  const { cancelledTurns } = await house.stops.put(admin, { scope: 'everything', target: '' });
  assert.equal(cancelledTurns, 1);
  const { steps, record } = await house.settled(parked.turn, parked.conversation);
  const ended = find(steps, 'turn_ended');
  assert.deepEqual([ended?.actor, ended?.onBehalfOf], [admin.principal, house.access.principal]);
  assert.equal(record.status, 'cancelled');
  assert.deepEqual(mail.calls, []);
});

function openApprovals({ approvals, access }: House) {
  return approvals.list(access, { status: 'open', limit: 10 });
}

function secondPerson({ store, parts }: House) {
  const identity = { kind: 'human', name: 'Ann', issuer: 'local', subject: 'ann' } as const;
  return store.ensurePrincipal({ ...identity, id: parts.ids('principal') });
}
