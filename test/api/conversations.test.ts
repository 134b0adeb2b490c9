import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  ConversationExport,
  ConversationPage,
  SearchPage,
  TurnPage,
} from '@bakerst/shared/api/conversations';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { scriptedModel } from '../running/scripted-models.ts';
import {
  ask,
  message,
  newConversation,
  problemOf,
  readTurn,
  send,
  until,
  untilOver,
} from '../running/talk.ts';
import { followTurn, ShownTurn } from '../running/turn-events.ts';

async function house(t: TestContext) {
  const model = await scriptedModel(t, ({ lastText }) => say(`You said: ${lastText}`));
  const limits = { requestsPerMinute: 100_000 };
  return { model, brain: await startBrainProcess(t, { config: { ...model.config, limits } }) };
}

async function listIds(brain: BrainProcess): Promise<readonly string[]> {
  const page = ConversationPage.parse(await (await brain.call('/api/v1/conversations')).json());
  return page.items.map(({ id }) => id);
}

async function search(brain: BrainProcess, words: string): Promise<SearchPage> {
  const answer = await brain.call(`/api/v1/search?q=${encodeURIComponent(words)}`);
  assert.equal(answer.status, 200, `${words}: ${await answer.clone().text()}`);
  return SearchPage.parse(await answer.json());
}

test('conversations', async (t) => {
  const { model, brain } = await house(t);
  const echo = () => model.play(({ lastText }) => say(`You said: ${lastText}`));

  await t.test(
    'are listed by last use, renamed, pinned to the top, and deleted with all they hold',
    async () => {
      const first = await ask(brain, 'The first one');
      const second = await ask(brain, 'The second one');
      assert.deepEqual(await listIds(brain), [second.conversation, first.conversation]);
      const patch = (body: object) =>
        brain.call(`/api/v1/conversations/${first.conversation}`, {
          method: 'PATCH',
          body: JSON.stringify(body),
        });
      const renamed = await patch({ title: '  A better <b>name</b>  ', pinned: true });
      assert.deepEqual(
        [renamed.status, ((await renamed.json()) as { title: string }).title],
        [200, 'A better <b>name</b>'],
      );
      assert.deepEqual(await listIds(brain), [first.conversation, second.conversation]);
      await problemOf(await patch({ title: '   ' }), 400);
      await problemOf(await patch({ colour: 'red' }), 400);
      const path = `/api/v1/conversations/${first.conversation}`;
      assert.equal((await brain.call(path, { method: 'DELETE' })).status, 204);
      for (const gone of [path, `${path}/turns`, `/api/v1/turns/${first.turn.id}`])
        await problemOf(await brain.call(gone), 404);
      assert.deepEqual((await search(brain, 'first')).items, []);
      assert.deepEqual(await listIds(brain), [second.conversation]);
    },
  );

  await t.test('are not deleted while a turn runs in them', async () => {
    const gate = Promise.withResolvers<void>();
    model.play([say('Wait.', { gate: { afterEvents: 1, open: gate.promise } })]);
    const { conversation, turn } = await send(brain, 'Working?');
    const remove = () => brain.call(`/api/v1/conversations/${conversation}`, { method: 'DELETE' });
    await problemOf(await remove(), 409);
    gate.resolve();
    assert.equal((await untilOver(brain, turn.id)).status, 'completed');
    assert.equal((await remove()).status, 204);
    echo();
  });

  await t.test(
    'answer messages of several clients one after another, in the order of their acceptance',
    async () => {
      const { id: conversation } = await newConversation(brain);
      let running = 0;
      let most = 0;
      model.play(async ({ lastText }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((done) => setTimeout(done, 15));
        running -= 1;
        return say(`Re: ${lastText}`);
      });
      const texts = Array.from({ length: 12 }, (_, at) => `message ${at}`);
      const done = await Promise.all(texts.map((text) => ask(brain, text, { conversation })));
      assert.equal(most, 1, 'no two at once in one conversation');
      assert.deepEqual(
        done.map(({ text }) => text),
        texts.map((text) => `Re: ${text}`),
        'everybody gets the answer to what they asked',
      );
      assert.deepEqual(
        done.map(({ turn }) => turn.position).sort((a, b) => a - b),
        texts.map((_, at) => at + 1),
      );
      const last = done.find(({ turn }) => turn.position === 12);
      const asked = model.asked().map(({ body }) => JSON.stringify(body));
      const order = [...done]
        .sort((a, b) => a.turn.position - b.turn.position)
        .map(({ text }) => text.slice(4));
      const prompt = asked.find((body) => body.includes(`"${last?.text.slice(4)}"`)) ?? '';
      const places = order.map((text) => prompt.indexOf(`"${text}"`));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        'the model reads them in that order',
      );
      echo();
    },
  );

  await t.test('run side by side where they are different ones', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    model.play(async () => {
      running += 1;
      if (running === 5) gate.resolve();
      await gate.promise;
      return say('All are here.');
    });
    const done = await Promise.all(Array.from({ length: 5 }, () => ask(brain, 'Come.')));
    assert.ok(done.every(({ turn }) => turn.status === 'completed'));
    echo();
  });

  await t.test('make a message that is sent twice under one key one turn, also at once', async () => {
    const { id: conversation } = await newConversation(brain);
    const words = { conversation, key: 'the-same-key' };
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(brain, 'Once only', words)));
    assert.equal(new Set(all.map(({ turn }) => turn.id)).size, 1);
    const other = await brain.call('/api/v1/messages', message('Something else', words));
    assert.equal((await problemOf(other, 422)).code, 'store_idempotency_mismatch');
    const turns = await brain.call(`/api/v1/conversations/${conversation}/turns`);
    assert.equal(TurnPage.parse(await turns.json()).items.length, 1);
  });

  await t.test('go on to their end where the client hangs up in mid-stream', async () => {
    const gate = Promise.withResolvers<void>();
    model.play([say('A full answer.', { gate: { afterEvents: 3, open: gate.promise } })]);
    const hangUp = new AbortController();
    const request = message('Tell me.');
    const streamed = await brain.call('/api/v1/messages', {
      ...request,
      headers: { accept: 'text/event-stream' },
      signal: hangUp.signal,
    });
    const turn = streamed.headers.get('bakerst-turn') ?? '';
    await streamed.body?.getReader().read();
    hangUp.abort();
    gate.resolve();
    assert.equal((await untilOver(brain, turn)).status, 'completed');
    const waiting = new AbortController();
    const second = Promise.withResolvers<void>();
    model.play([say('Another.', { gate: { afterEvents: 1, open: second.promise } })]);
    const wait = { ...request, headers: { prefer: 'wait=30' }, signal: waiting.signal };
    const blocked = assert.rejects(brain.call('/api/v1/messages', wait));
    const newest = await until('the turn exists', async () => {
      const [id] = await listIds(brain);
      const page = TurnPage.parse(await (await brain.call(`/api/v1/conversations/${id}/turns`)).json());
      return page.items[0]?.id === turn ? undefined : page.items[0]?.id;
    });
    waiting.abort();
    await blocked;
    second.resolve();
    assert.equal((await untilOver(brain, newest)).status, 'completed');
    echo();
  });

  await t.test('stop at once when they are told to, and keep what was said until then', async () => {
    const never = new Promise<void>(() => undefined);
    model.play([say('Half of it and more', { gate: { afterEvents: 3, open: never } })]);
    const { turn, conversation } = await send(brain, 'Go on for ever.');
    await new ShownTurn().read(await followTurn(brain, turn.id), ({ text }) => text === 'Half of ');
    const cancelled = await brain.call(`/api/v1/turns/${turn.id}/cancel`, { method: 'POST' });
    assert.equal(cancelled.status, 200);
    assert.equal((await untilOver(brain, turn.id)).status, 'cancelled');
    assert.equal(await model.asked().at(-1)?.hungUp, true, 'the model was hung up on');
    echo();
    assert.match((await ask(brain, 'Still there?', { conversation })).text, /Still there/);
  });
});

test('what was said', async (t) => {
  const { model, brain } = await house(t);
  model.play(({ lastText, answersTools }) =>
    /time/.test(lastText) && !answersTools ? callTool('current_time') : say('# Ünïcode *answer*'),
  );
  const kept = await ask(brain, 'What time is it, Ådå? "quoted" & <i>tagged</i>');

  await t.test('is exported whole as JSON that the schemas accept', async () => {
    const answer = await brain.call(`/api/v1/conversations/${kept.conversation}/export?format=json`);
    assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="conv_.+\.json"/);
    const exported = ConversationExport.parse(await answer.json());
    assert.deepEqual(exported.turns, [await readTurn(brain, kept.turn.id)]);
  });

  await t.test('is exported as Markdown a person can read', async () => {
    const answer = await brain.call(`/api/v1/conversations/${kept.conversation}/export?format=markdown`);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/markdown/);
    const text = await answer.text();
    for (const part of ['What time is it, Ådå?', '`current_time`', 'allow', '# Ünïcode *answer*', 'test/m'])
      assert.ok(text.includes(part), `${part} is in ${text}`);
    await problemOf(await brain.call(`/api/v1/conversations/${kept.conversation}/export?format=exe`), 400);
  });

  await t.test('is found by its words, whatever the marks and accents', async () => {
    for (const words of ['ada', 'Ådå', 'TIME', 'tim', 'quoted', 'unicode', 'time ada']) {
      const [hit] = (await search(brain, words)).items;
      assert.equal(hit?.conversation, kept.conversation, words);
    }
    assert.deepEqual((await search(brain, 'nowhere')).items, []);
  });

  await t.test('survives every query a stranger could think of', async () => {
    const hostile = ['"', '""', '*', 'a*', 'NEAR(a b)', 'a AND', 'OR', 'NOT time', 'owner:1', 'text:time'];
    hostile.push(
      '-time',
      '(time',
      'time)',
      '{time}',
      '^time',
      "'; DROP TABLE step; --",
      '%',
      '_',
      '\\',
      '\u0000x',
    );
    hostile.push('🧊', '\u202etime', 'x'.repeat(200), '+', 'time:*', '"time" "', 'time + ada', 'prn_*');
    for (const words of hostile) {
      const answer = await brain.call(`/api/v1/search?q=${encodeURIComponent(words)}`);
      assert.ok(answer.status === 200 || answer.status === 400, `${words}: ${answer.status}`);
      await answer.arrayBuffer();
    }
    for (const bad of ['', '%20', `${'x'.repeat(201)}`]) {
      await problemOf(await brain.call(`/api/v1/search?q=${bad}`), 400);
    }
    assert.equal((await search(brain, 'time')).items.length > 0, true, 'it is all still there');
  });

  await t.test('is nobody else’s: an id of another kind or made up is not found', async () => {
    for (const id of ['conv_01a2060e-d883-720e-a5a1-9def6113eb35', kept.turn.id, '..%2f..%2fetc', '%00', 'x'])
      await problemOf(await brain.call(`/api/v1/conversations/${id}`), 404);
  });

  await t.test('comes in pages without a gap or a repeat', async () => {
    for (let at = 0; at < 5; at += 1) await newConversation(brain, `Page ${at}`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = `limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const answer = await brain.call(`/api/v1/conversations?${query}`);
      const page = ConversationPage.parse(await answer.json());
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(seen, await listIds(brain));
    await problemOf(await brain.call('/api/v1/conversations?cursor=made-up'), 404);
  });
});
