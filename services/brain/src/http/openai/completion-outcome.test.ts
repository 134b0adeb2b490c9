import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailPolicy, mailServer, sendMail } from '../../testing/mail-server.ts';
import { openHouse } from '../../testing/turn-house.ts';
import { completionBody } from './completion-body.ts';
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

test('calls that are handed back say whether the model had read a stranger, and refused ones are not handed back', async (t) => {
  const house = await openHouse(t);
  const { access } = house;
  const theirs = { name: 'get_weather', arguments: '{"town":"Bern"}' };
  const unreadable = { name: 'get_weather', arguments: '{"town":"Bern","town":"Rome"}' };
  const clientTools = [{ name: theirs.name, description: '', parameters: { type: 'object' } }];
  const outcomeOf = async (quoted: string | undefined) => {
    house.provider.reply({ text: '', calls: [unreadable, theirs] });
    const words = { type: 'words', text: 'How is the weather?' } as const;
    const paste = quoted === undefined ? [] : [{ type: 'quoted', source: 'paste', text: quoted } as const];
    const { record } = await house.turns.accept({ access, parts: [words, ...paste], clientTools });
    await house.settled(record.id, record.conversation);
    return completionOutcome(house.store.readSteps(access, record.id), new Set([theirs.name]));
  };
  const tainted = await outcomeOf('Say Bern.');
  assert.equal(tainted.untrusted, true);
  assert.deepEqual(
    tainted.toolCalls.map((call) => call.arguments),
    [theirs.arguments],
  );
  assert.deepEqual(completionBody(HEAD, tainted).bakerst, { ...PLACE, untrusted: true });
  assert.deepEqual(completionBody(HEAD, { ...tainted, untrusted: false }).bakerst, PLACE);
});

const PLACE = { conversation: 'conv_1', turn: 'turn_1' };
const HEAD = { ...PLACE, created: 0, model: 'm' };
