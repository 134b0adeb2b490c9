import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import OpenAI from 'openai';
import { type EdgeRig, HELLO, startRig } from '../rig/edge-rig.ts';

const HI = [{ role: 'user' as const, content: 'hi' }];
const TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'get_weather', description: 'Weather', parameters: { type: 'object', properties: {} } },
  },
];
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

describe('the OpenAI-compatible API, seen by the official client', () => {
  let rig: EdgeRig;
  let client: OpenAI;
  let token: string;
  before(async () => {
    rig = await startRig();
    const { url } = await rig.listen();
    token = await rig.token();
    client = new OpenAI({ apiKey: token, baseURL: `${url}/v1`, maxRetries: 0 });
  });
  afterEach(() => {
    rig.turns.script = HELLO;
  });
  after(() => rig.close());

  it('answers a completion with the text, the usage of all model calls, and where to find it again', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      await turn.answer('Let me look.', [{ name: 'notes', arguments: '{}' }]);
      await turn.begin();
      await turn.answer('Found it.');
      await turn.end('completed');
    };
    const { data, response } = await client.chat.completions
      .create({ model: 'bakerst', messages: HI, temperature: 0.2 })
      .withResponse();
    assert.equal(data.choices[0]?.message.content, 'Let me look.\n\nFound it.');
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    assert.equal(data.model, 'demo/demo');
    assert.deepEqual([data.usage?.prompt_tokens, data.usage?.completion_tokens], [26, 10]);
    assert.match(response.headers.get('bakerst-turn') ?? '', /^turn_/);
    const conversation = response.headers.get('bakerst-conversation') ?? '';
    const listed = await rig.request('GET', '/api/v1/conversations', { token });
    assert.doesNotMatch(await listed.text(), new RegExp(conversation), 'the conversation is hidden');
  });

  it('streams text as it comes, then the usage', async () => {
    const stream = await client.chat.completions.create({
      model: 'demo/demo',
      messages: HI,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let finish: string | null | undefined;
    let usage = 0;
    for await (const chunk of stream) {
      const [choice] = chunk.choices;
      if (choice?.delta.content) pieces.push(choice.delta.content);
      finish = choice?.finish_reason ?? finish;
      usage = chunk.usage?.total_tokens ?? usage;
    }
    assert.equal(pieces.join(''), 'Hello, world.');
    assert.equal(finish, 'stop');
    assert.equal(usage, 18);
  });

  it("hands the client's own tools back as tool_calls and takes their results as untrusted", async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      const own = { name: 'read_note', arguments: '{}' };
      const [, theirs] = await turn.answer('', [own, { name: 'get_weather', arguments: '{"city":"Oslo"}' }]);
      await turn.handBack(theirs ?? '', 'get_weather');
      await turn.end('completed');
    };
    const runner = client.chat.completions.stream({ model: 'bakerst', messages: HI, tools: TOOLS });
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0]?.finish_reason, 'tool_calls');
    const [call] = final.choices[0]?.message.tool_calls ?? [];
    assert.ok(call?.type === 'function');
    assert.deepEqual([call.function.name, call.function.arguments], ['get_weather', '{"city":"Oslo"}']);
    const plain = await client.chat.completions.create({ model: 'bakerst', messages: HI, tools: TOOLS });
    assert.equal(plain.choices[0]?.message.content, null);
    assert.equal(plain.choices[0]?.message.tool_calls?.length, 1);
    assert.deepEqual(rig.turns.accepted.at(-1)?.clientTools?.[0]?.name, 'get_weather');

    rig.turns.script = HELLO;
    const assistant = plain.choices[0]?.message;
    assert.ok(assistant);
    await client.chat.completions.create({
      model: 'bakerst',
      messages: [...HI, assistant, { role: 'tool', tool_call_id: call.id, content: 'Rain' }],
      tools: TOOLS,
    });
    const parts = rig.turns.accepted.at(-1)?.parts ?? [];
    assert.deepEqual(
      parts.map((part) => [part.type, part.type === 'quoted' ? part.role : undefined]),
      [
        ['words', undefined],
        ['quoted', 'assistant'],
        ['quoted', 'tool'],
      ],
    );
  });

  it('the last user message is words, everything else is quoted with its role', async () => {
    const key = await rig.token(['chat', 'speaks-for-user']);
    await client.withOptions({ apiKey: key }).chat.completions.create({
      model: 'bakerst',
      messages: [
        { role: 'system', content: 'Obey me.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'two' },
        { role: 'user', content: [{ type: 'text', text: 'three' }] },
      ],
    });
    const history = (text: string, role: string) => ({
      type: 'quoted',
      text,
      source: 'client_history',
      role,
    });
    assert.deepEqual(rig.turns.accepted.at(-1)?.parts, [
      history('Obey me.', 'system'),
      history('one', 'user'),
      history('two', 'assistant'),
      { type: 'words', text: 'three' },
    ]);
  });

  it('only operator-prompt makes a system message the operator prompt', async () => {
    const messages = [{ role: 'system' as const, content: 'Be brief.' }, ...HI];
    await client.chat.completions.create({ model: 'bakerst', messages });
    const [system] = rig.turns.accepted.at(-1)?.parts ?? [];
    assert.ok(system?.type === 'quoted');
    assert.equal(system.source, 'client_system');
  });

  it('continues a stored conversation with only what is new', async () => {
    const first = await client.chat.completions.create({ model: 'bakerst', messages: HI }).withResponse();
    const conversation = first.response.headers.get('bakerst-conversation') ?? '';
    const messages = [
      ...HI,
      { role: 'assistant' as const, content: 'Hello, world.' },
      { role: 'user' as const, content: 'more' },
    ];
    const headers = { 'Bakerst-Conversation': conversation };
    const second = await client.chat.completions
      .create({ model: 'bakerst', messages }, { headers })
      .withResponse();
    assert.equal(second.response.headers.get('bakerst-conversation'), conversation);
    assert.deepEqual(rig.turns.accepted.at(-1)?.parts, [{ type: 'words', text: 'more' }]);
    await assert.rejects(
      client.chat.completions.create(
        { model: 'bakerst', messages },
        { headers: { 'Bakerst-Conversation': 'conv_x' } },
      ),
      (error: unknown) => error instanceof OpenAI.NotFoundError && error.code === 'not_found',
    );
  });

  it('a retry with the same Idempotency-Key is the same turn', async () => {
    const headers = { 'Idempotency-Key': 'retry-1' };
    const one = await client.chat.completions.create({ model: 'bakerst', messages: HI }, { headers });
    const two = await client.chat.completions.create({ model: 'bakerst', messages: HI }, { headers });
    assert.equal(one.id, two.id);
    const streamed = await client.chat.completions.create(
      { model: 'bakerst', messages: HI, stream: true },
      {
        headers: { 'Idempotency-Key': 'retry-2' },
      },
    );
    let text = '';
    for await (const chunk of streamed) text += chunk.choices[0]?.delta.content ?? '';
    assert.equal(text, 'Hello, world.');
  });

  it('a turn that asks a person ends with a sentence and the approval', async () => {
    rig.turns.script = (turn) => turn.park();
    const blocked = await client.chat.completions.create({ model: 'bakerst', messages: HI });
    const { approval } = (blocked as unknown as { bakerst: { approval: string } }).bakerst;
    assert.match(approval, /^apr_/);
    assert.ok(blocked.choices[0]?.message.content?.includes(approval));
    assert.equal(blocked.choices[0]?.finish_reason, 'stop');
    const stream = await client.chat.completions.create({ model: 'bakerst', messages: HI, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    assert.match(text, /approval is apr_/);
  });

  it('an attempt that starts again repeats nothing it shares and says where it differs', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Hello, w');
      turn.restart();
      turn.say('Hello');
      turn.say(', world.');
      await turn.answer('Hello, world.');
      await turn.end('completed');
    };
    const read = async () => {
      const stream = await client.chat.completions.create({ model: 'bakerst', messages: HI, stream: true });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    assert.equal(await read(), 'Hello, world.');
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Good morning');
      turn.restart();
      turn.say('Good evening');
      await turn.answer('Good evening');
      await turn.end('completed');
    };
    assert.match(await read(), /^Good morning\n\n\[The answer broke off.*\]\n\nGood evening$/);
  });

  it('images and files inside the message become attachments', async () => {
    await client.chat.completions.create({
      model: 'bakerst',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
          ],
        },
      ],
    });
    const [, image] = rig.turns.accepted.at(-1)?.parts ?? [];
    assert.ok(image?.type === 'attachment');
    assert.equal(image.mediaType, 'image/png');
    const got = await rig.request('GET', `/api/v1/attachments/${image.attachment}`, { token });
    assert.equal(Buffer.from(await got.arrayBuffer()).toString('base64'), PIXEL);
    const url = 'http://169.254.169.254/latest/meta-data';
    await assert.rejects(
      client.chat.completions.create({
        model: 'bakerst',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
      }),
      (error: unknown) => error instanceof OpenAI.BadRequestError && error.code === 'unsupported_parameter',
    );
  });

  it('lists its models', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    assert.deepEqual(ids, ['bakerst', 'demo/demo']);
    assert.equal((await client.models.retrieve('demo/demo')).owned_by, 'demo');
  });

  it('errors are the ones an OpenAI client knows', async () => {
    const wrong = client.withOptions({ apiKey: `bst_${'x'.repeat(43)}` });
    await assert.rejects(wrong.models.list(), (e: unknown) => e instanceof OpenAI.AuthenticationError);
    const narrow = client.withOptions({ apiKey: await rig.token(['metrics']) });
    await assert.rejects(narrow.models.list(), (e: unknown) => e instanceof OpenAI.PermissionDeniedError);
    await assert.rejects(
      client.chat.completions.create({ model: 'gpt-none', messages: HI }),
      (e: unknown) => e instanceof OpenAI.NotFoundError,
    );
    for (const extra of [
      { n: 2 },
      { logprobs: true },
      { stop: ['x'] },
      { tool_choice: 'required' as const, tools: TOOLS },
    ]) {
      await assert.rejects(
        client.chat.completions.create({ model: 'bakerst', messages: HI, ...extra }),
        (e: unknown) =>
          e instanceof OpenAI.BadRequestError &&
          e.code === 'unsupported_parameter' &&
          Object.keys(extra).includes(e.param ?? ''),
      );
    }
  });

  it('a turn that failed is an error, also in the middle of a stream', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Hel');
      await turn.answer('Hel');
      await turn.end('failed', { code: 'provider_overloaded', message: 'Overloaded.', remedy: 'Wait.' });
    };
    await assert.rejects(
      client.chat.completions.create({ model: 'bakerst', messages: HI }),
      (e: unknown) => e instanceof OpenAI.InternalServerError && e.code === 'provider_overloaded',
    );
    const stream = await client.chat.completions.create({ model: 'bakerst', messages: HI, stream: true });
    await assert.rejects(async () => {
      for await (const _ of stream);
    }, /Overloaded/);
  });

  it('a turn that a person stopped is an error that says so', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      await turn.answer('Hel');
      await turn.end('cancelled');
    };
    await assert.rejects(
      client.chat.completions.create({ model: 'bakerst', messages: HI }),
      (e: unknown) => e instanceof OpenAI.APIError && e.code === 'turn_failed' && /stopped/.test(e.message),
    );
  });

  it('a turn that the client or the operator can mend says so by its status', async () => {
    const asked: [string, number][] = [
      ['budget_exceeded', 402],
      ['message_too_long', 413],
    ];
    for (const [code, status] of asked) {
      rig.turns.script = async (turn) => {
        await turn.begin();
        await turn.answer('');
        await turn.end('failed', { code, message: 'No.', remedy: 'Mend it.' });
      };
      await assert.rejects(client.chat.completions.create({ model: 'bakerst', messages: HI }), {
        status,
        code,
      });
    }
  });

  it('a client that hangs up in mid-stream stops nothing', async () => {
    let goOn = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Hello');
      await gone;
      await turn.answer('Hello');
      await turn.end('completed');
    };
    const { data, response } = await client.chat.completions
      .create({ model: 'bakerst', messages: HI, stream: true })
      .withResponse();
    for await (const chunk of data) if (chunk.choices[0]?.delta.content) break;
    goOn();
    const turn = response.headers.get('bakerst-turn') ?? '';
    const { access } = rig.turns.accepted.at(-1) ?? assert.fail();
    for await (const _ of rig.turns.follow(access, turn, { signal: AbortSignal.timeout(5_000) }));
    assert.equal(rig.parts.store.readTurn(access, turn).status, 'completed');
  });

  it('a stopping server answers a waiting completion that its turn goes on', async () => {
    const own = await rig.listen();
    rig.turns.script = async (turn) => {
      await turn.begin();
      await new Promise((resolve) => turn.cancelled.addEventListener('abort', resolve, { once: true }));
    };
    const count = rig.turns.accepted.length;
    const waiting = client
      .withOptions({ baseURL: `${own.url}/v1` })
      .chat.completions.create({ model: 'bakerst', messages: HI });
    const refused = assert.rejects(
      waiting,
      (e: unknown) => e instanceof OpenAI.InternalServerError && e.code === 'brain_not_ready',
    );
    while (rig.turns.accepted.length === count || rig.turns.following === 0) await pause(5);
    await own.close(5_000);
    await refused;
  });
});
