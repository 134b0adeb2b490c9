import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { mailPolicy, mailServer, sendMail } from '../testing/mail-server.ts';
import { SCRIPTED_USAGE, type ScriptedReply } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { type House, openHouse } from '../testing/turn-house.ts';

/** Everything that waits for the audit log is in it. */
async function drained(house: House): Promise<number> {
  for (let look = 0; look < 100 && house.store.outboxDepth() > 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return house.store.outboxDepth();
}

const half = '\ud83d';
const names: readonly (readonly [string, string])[] = [
  ['longer than an audit event may be', 'm'.repeat(100_000)],
  ['with half a surrogate pair', `m${half}`],
  ['whose cut would halve a pair', `${'m'.repeat(199)}\u{1f600}`],
];
for (const [what, name] of names) {
  test(`a model that names itself in a way ${what} does not stop the audit log`, async (t) => {
    const house = await openHouse(t);
    house.provider.reply({ text: 'hello', reportedModel: name });
    const { record } = await house.say('hi');
    assert.equal(record.status, 'completed');
    assert.equal(await drained(house), 0);
  });

  test(`a tool called by a name ${what} is one that does not exist`, async (t) => {
    const house = await openHouse(t);
    house.provider.reply({ text: '', calls: [{ name, arguments: '{}' }] }, { text: 'I see' });
    const { record, steps } = await house.say('hi');
    assert.equal(record.status, 'completed');
    assert.equal(find(steps, 'tool_decided')?.problem?.code, 'unknown_tool');
    assert.equal(await drained(house), 0);
  });
}

test('a use beyond all numbers spends the limit and leaves everything readable', async (t) => {
  const house = await openHouse(t);
  const most = Number.MAX_SAFE_INTEGER;
  const hostile: ScriptedReply = {
    text: 'hello',
    usage: { ...SCRIPTED_USAGE, inputTokens: most, outputTokens: most },
  };
  house.provider.reply({ text: 'fair' }, hostile);
  const { conversation } = await house.say('hi');
  await house.say('and now', conversation);
  const again = await house.say('more', conversation);
  assert.equal(find(again.steps, 'turn_ended')?.error?.code, 'budget_exceeded');
  assert.ok(house.store.readConversation(house.access, conversation).costMicros > 0);
});

test('a model that asks for many reads at once gets them in small groups', async (t) => {
  let open = 0;
  let most = 0;
  const { source } = mailServer(
    async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return { content: [{ type: 'text', text: 'read' }], isError: false };
    },
    { effect: 'read' },
  );
  const house = await openHouse(t, { sources: [source], policy: mailPolicy({ effect: 'read' }) });
  house.provider.reply({ text: '', calls: Array.from({ length: 50 }, () => sendMail) }, { text: 'Done' });
  const { record, steps } = await house.say('read all');
  assert.equal(record.status, 'completed');
  assert.equal(steps.filter((step) => step.type === 'tool_ended').length, 50);
  assert.ok(most > 1 && most <= 16, `${most} at once`);
});

test('a model that fills a turn to the brim with calls ends it, and the conversation goes on', async (t) => {
  const house = await openHouse(t);
  const nonsense = { name: 'nothing', arguments: '{}' };
  const many = Array.from({ length: 4_997 }, () => nonsense);
  house.provider.reply({ text: '', calls: many }, { text: '', calls: [nonsense] });
  const { record, conversation } = await house.say('go');
  assert.equal(record.status, 'failed');
  house.provider.reply({ text: 'fine' });
  assert.equal((await house.say('next', conversation)).record.status, 'completed');
});

test('the hold of a prompt with a PDF is what the window can cost, however small the file is', async (t) => {
  const house = await openHouse(t, { model: { accepts: ['text', 'pdf'], contextWindow: 100_000 } });
  const { access, parts, store, turns } = house;
  const data = Buffer.from('%PDF-1.7 a thousand pages in a nutshell');
  const file = { id: parts.ids('attachment'), owner: access.principal, name: 'a.pdf', bytes: data.length };
  const record = {
    ...file,
    mediaType: 'application/pdf',
    sha256: createHash('sha256').update(data).digest('hex'),
    createdAt: new Date().toISOString(),
  };
  await store.putAttachment(access, record, data);
  const { id, name, mediaType, bytes, sha256 } = record;
  const attached = { type: 'attachment', attachment: id, name, mediaType, bytes, sha256 } as const;
  const accepted = await turns.accept({ access, parts: [{ type: 'words', text: 'read' }, attached] });
  const { steps } = await house.settled(accepted.record.id, accepted.record.conversation);
  // 100,000 tokens at the dearest input price of $1.25 a million.
  assert.ok((find(steps, 'model_started')?.holdMicros ?? 0) >= 125_000);
});
