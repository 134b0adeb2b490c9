import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolSource } from '@bakerst/shared/tools';
import { mailPolicy, mailServer, sendMail } from '../testing/mail-server.ts';
import { providerError } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { type House, openHouse } from '../testing/turn-house.ts';

/** Looks again and again, since nobody tells; ends by itself with the test. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let look = 0; look < 400 && !isTrue(); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A turn that runs, and whose lease is over. */
async function withLapsedLease({ turns, access, store }: House, isRunning: () => boolean) {
  const { record, lease } = await turns.accept({ access, parts: [{ type: 'words', text: 'one' }] });
  await until(isRunning);
  assert.ok(lease && (await store.renewLease(lease, -1)));
  return { turn: record.id, conversation: record.conversation };
}

test('a machine that slept renews its own leases before it looks for turns to claim', async (t) => {
  let slept = 0;
  const house = await openHouse(t, { now: () => Date.now() + slept });
  house.provider.reply({ hang: true, text: 'Hel' });
  const asked = house.provider.requests;
  const { turn, conversation } = await withLapsedLease(house, () => asked.length === 1);
  slept = 60_000;
  // Something waits, so that turns are looked for.
  const { access } = house;
  const next = await house.turns.accept({ access, conversation, parts: [{ type: 'words', text: 'two' }] });
  house.runner.wake();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(asked.length, 1, 'the running answer goes on');
  await house.turns.cancel(access, turn);
  assert.equal((await house.settled(turn, conversation)).record.status, 'cancelled');
  assert.equal((await house.settled(next.record.id, conversation)).record.status, 'completed');
});

test('a turn that is claimed again is left by its former run before the new one begins', async (t) => {
  const signals: AbortSignal[] = [];
  let open = 0;
  let most = 0;
  const { source } = mailServer(
    (_tool, _args, { signal }) =>
      new Promise((resolve, reject) => {
        signals.push(signal);
        open += 1;
        most = Math.max(most, open);
        const answer = { content: [{ type: 'text', text: 'sent' }], isError: false } as const;
        if (signals.length > 1) resolve(answer);
        signal.addEventListener('abort', () => {
          open -= 1;
          reject(signal.reason);
        });
      }),
    { idempotent: true },
  );
  const policy = mailPolicy({ effect: 'write-private', idempotent: true });
  const house = await openHouse(t, { sources: [source], policy });
  house.provider.reply({ text: '', calls: [sendMail] });
  const { turn, conversation } = await withLapsedLease(house, () => signals.length === 1);
  const [claimed] = await house.store.claimRunnable(house.parts.instance, 30_000, 1);
  assert.ok(claimed);
  house.runner.run(claimed);
  const { record, steps } = await house.settled(turn, conversation);
  assert.equal(record.status, 'completed');
  assert.equal(find(steps, 'tool_ended')?.outcome, 'ok');
  assert.deepEqual([signals.length, signals[0]?.aborted, most], [2, true, 1]);
});

test('a tool that runs when the time of its turn is over ends with it', async (t) => {
  const { source } = mailServer();
  const hanging: ToolSource = { ...source, call: () => new Promise(() => undefined) };
  const limits = { turnDeadlineMs: 2_000 };
  const house = await openHouse(t, { sources: [hanging], policy: mailPolicy(), limits });
  house.provider.reply({ text: '', calls: [sendMail] });
  const { steps, record } = await house.say('send');
  assert.equal(record.status, 'failed');
  assert.equal(find(steps, 'tool_ended')?.outcome, 'unknown');
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'turn_deadline');
  assert.equal(house.provider.requests.length, 1);
});

test('a pause before another attempt ends with the time of its turn', async (t) => {
  const house = await openHouse(t, { limits: { turnDeadlineMs: 300 } });
  const { choose } = house.parts.router;
  t.mock.method(house.parts.router, 'choose', (...question: Parameters<typeof choose>) => {
    const choice = choose(...question);
    return choice.outcome === 'call' && question[0].failures.length > 0
      ? { ...choice, delayMs: 60_000 }
      : choice;
  });
  house.provider.reply({ error: providerError('provider_overloaded') });
  const { steps } = await house.say('hi');
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'turn_deadline');
});

test('whoever waits for a turn that is deleted is told, and the brain lives on', async (t) => {
  const house = await openHouse(t, { autoStart: false });
  const { access, store, runner, turns } = house;
  const accepted = await turns.accept({ access, parts: [{ type: 'words', text: 'hi' }] });
  const { id, conversation } = accepted.record;
  const signal = new AbortController().signal;
  const waiting = turns.wait(access, id, { timeoutMs: 10_000, signal });
  const [claimed] = await store.claimRunnable(house.parts.instance, 30_000, 1);
  assert.ok(claimed);
  // It is taken away while it runs: the run fails, and whoever waits is called back.
  await store.releaseLease(claimed.lease);
  await store.deleteConversation(access, conversation, []);
  runner.run(claimed);
  await assert.rejects(waiting, { code: 'store_not_found' });
});
