import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailPolicy, mailServer, sendMail } from '../../testing/mail-server.ts';
import { openHouse } from '../../testing/turn-house.ts';
import { completionOutcome } from './completion-outcome.ts';

test('a call of our own tool is not handed back, though the client has one of the same name', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], policy: mailPolicy({ effect: 'read' }) });
  const theirs = { name: 'get_weather', arguments: '{}' };
  house.provider.reply({ text: '', calls: [sendMail, theirs] });
  const { access } = house;
  const tool = { description: '', parameters: { type: 'object' } };
  const clientTools = [sendMail.name, theirs.name].map((name) => ({ ...tool, name }));
  const parts = [{ type: 'words', text: 'send' }] as const;
  const { record } = await house.turns.accept({ access, parts, clientTools });
  await house.settled(record.id, record.conversation);
  assert.equal(mail.calls.length, 1);
  const outcome = completionOutcome(
    house.store.readSteps(access, record.id),
    new Set(clientTools.map(({ name }) => name)),
  );
  assert.deepEqual(
    outcome.toolCalls.map((call) => call.name),
    ['get_weather'],
  );
});
