import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CreateStopRequest, CreateStopRequest as StopRequest } from '@bakerst/shared/api/guard';
import { mailPolicy, mailServer, sendMail } from '../testing/mail-server.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

const TARGETS: readonly CreateStopRequest[] = [
  StopRequest.parse({ scope: 'tool', target: 'mail__send' }),
  StopRequest.parse({ scope: 'everything' }),
];

for (const request of TARGETS) {
  test(`a running call is cut off when ${request.scope} ${request.target} is stopped`, async (t) => {
    const started = Promise.withResolvers<AbortSignal>();
    const cut = Promise.withResolvers<void>();
    const mail = mailServer(async (_tool, _args, { signal }) => {
      started.resolve(signal);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      cut.resolve();
      throw signal.reason;
    });
    const policy = mailPolicy();
    const house = await openHouse(t, { sources: [mail.source], policy });
    house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Stopped' });
    const accepted = await house.turns.accept({
      access: house.access,
      parts: [{ type: 'words', text: 'send' }],
    });
    await started.promise;
    await house.stops.put(house.access, request);
    await cut.promise;
    const { id, conversation } = accepted.record;
    const { steps, record } = await house.settled(id, conversation);
    assert.notEqual(find(steps, 'tool_ended')?.outcome, 'ok');
    assert.equal(record.status, request.scope === 'everything' ? 'cancelled' : 'completed');
  });
}

test('while a tool is stopped its calls are refused and chat goes on; lifted, they run again', async (t) => {
  const mail = mailServer();
  const policy = mailPolicy();
  const house = await openHouse(t, { sources: [mail.source], policy });
  const stop = await house.stops.put(house.access, TARGETS[0] ?? { scope: 'everything', target: '' });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'It is stopped.' });
  const refused = await house.say('send');
  assert.equal(refused.record.status, 'completed');
  assert.equal(find(refused.steps, 'tool_ended')?.outcome, 'denied');
  assert.deepEqual(mail.calls, []);
  await house.stops.lift(house.access, stop.id);
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Sent.' });
  const sent = await house.say('send');
  assert.equal(find(sent.steps, 'tool_ended')?.outcome, 'ok');
});
