import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailPolicy, mailServer } from '../testing/mail-server.ts';
import { providerError } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

const SECRET = 'hq7-Zk29-pLw4-Xt81';
const secrets = [SECRET];

test('a secret of the house that a model says, thinks or sends stands in no record, and is not sent', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], policy: mailPolicy(), secrets });
  const call = { name: 'mail__send', arguments: JSON.stringify({ to: SECRET }) };
  house.provider.reply(
    { text: `It is ${SECRET}.`, thinking: `They want ${SECRET}.`, calls: [call] },
    { text: 'done' },
  );
  const { steps } = await house.say('send it');
  assert.equal(find(steps, 'tool_decided')?.verdict.reasons[0]?.rule, 'leak');
  assert.deepEqual(mail.calls, []);
  assert.doesNotMatch(JSON.stringify(steps), new RegExp(SECRET));
  const thought = find(steps, 'model_ended')?.parts.find((part) => part.type === 'thinking');
  assert.equal(thought?.type === 'thinking' && thought.signature, undefined, 'what was signed has changed');
  assert.doesNotMatch(JSON.stringify(house.provider.requests), new RegExp(SECRET));
});

test('thoughts without a secret stay as they were signed', async (t) => {
  const house = await openHouse(t, { secrets });
  house.provider.reply({ text: 'hello', thinking: 'They greet me.' });
  const { steps } = await house.say('hi');
  assert.deepEqual(find(steps, 'model_ended')?.parts[0], {
    type: 'thinking',
    text: 'They greet me.',
    signature: 'signed',
  });
});

test('nor does it where the model broke off behind it', async (t) => {
  const house = await openHouse(t, { secrets });
  house.provider.reply({ error: providerError('provider_unavailable', false), after: `It is ${SECRET}` });
  const { steps } = await house.say('hi');
  assert.ok(find(steps, 'model_ended'));
  assert.doesNotMatch(JSON.stringify(steps), new RegExp(SECRET));
});
