import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, it, type TestContext, test } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import fc from 'fast-check';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { type ScriptedModel, scriptedModel } from '../running/scripted-models.ts';
import { message, readTurn, send, stepsOf, until } from '../running/talk.ts';
import { type EventReader, followTurn, openEvents, ShownTurn } from '../running/turn-events.ts';

/** Words of one, two and three bytes, so that a count of anything but UTF-16 units would show. */
const WORDS = Array.from({ length: 40 }, (_, at) => ['wort ', 'größer ', '雪と氷 ', '🧊🧊 '][at % 4] ?? '');
const ANSWER = WORDS.join('');

async function house(t: TestContext): Promise<{ model: ScriptedModel; brain: BrainProcess }> {
  const model = await scriptedModel(t);
  const limits = { requestsPerMinute: 100_000 };
  return { model, brain: await startBrainProcess(t, { config: { ...model.config, limits } }) };
}

function stream(brain: BrainProcess, text: string): Promise<EventReader> {
  return openEvents(brain, '/api/v1/messages', {
    ...message(text),
    headers: { accept: 'text/event-stream' },
  });
}

const turnOf = (reader: EventReader) => reader.response.headers.get('bakerst-turn') ?? '';

test('a reader of a running answer', async (t) => {
  const { model, brain } = await house(t);

  await t.test('that is cut off anywhere, again and again, goes on without a gap or a repeat', async () => {
    const cutAfter = fc.array(fc.nat({ max: 25 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cutAfter, fc.boolean(), async (cuts, thinks) => {
        // The last words wait for the last reader: an attempt that is over is told by its step alone.
        const gate = Promise.withResolvers<void>();
        const thinking = thinks ? WORDS.slice(0, 9) : [];
        const afterEvents = 1 + thinking.length + 38;
        const atGate = [...thinking, ...WORDS.slice(0, 38)].join('').length;
        model.play([say(WORDS, { gapMs: 1, thinking, gate: { afterEvents, open: gate.promise } })]);
        const shown = new ShownTurn();
        /** Where it had read a part of the attempt before it was cut off. */
        const exact: number[] = [];
        let reader = await stream(brain, 'Say it.');
        const turn = turnOf(reader);
        for (const cut of cuts) {
          const from = shown.types.length;
          await shown.read(reader, ({ types, offset }) => types.length > from + cut || offset === atGate);
          reader.close();
          const isInAttempt = shown.cursor?.includes('.');
          if (isInAttempt) exact.push(shown.types.length);
          reader = await followTurn(brain, turn, shown.cursor);
        }
        gate.resolve();
        await shown.read(reader);
        assert.equal(shown.ended, 'completed');
        assert.deepEqual(shown.answers, [ANSWER]);
        assert.equal(shown.text, ANSWER, 'it was streamed to the end');
        const afterExact = shown.types.slice(exact[0]);
        if (exact.length > 0) assert.equal(afterExact.includes('snapshot'), false, 'nothing is sent again');
      }),
      { numRuns: 25, seed: 221 },
    );
  });

  await t.test('that refreshes in mid-answer gets the steps, the text so far, then the rest', async () => {
    const gate = Promise.withResolvers<void>();
    model.play([say(WORDS, { gate: { afterEvents: 21, open: gate.promise } })]);
    const { turn } = await send(brain, 'Say it.');
    await until('half is said', async () => {
      const peek = await followTurn(brain, turn.id);
      const seen = new ShownTurn();
      await seen.read(peek, ({ text }) => text !== '');
      peek.close();
      return seen.text.length >= WORDS.slice(0, 20).join('').length ? true : undefined;
    });
    const shown = new ShownTurn();
    await shown.read(await followTurn(brain, turn.id), ({ text, types }) => {
      if (types.at(-1) === 'snapshot') {
        assert.equal(text, WORDS.slice(0, 20).join(''));
        gate.resolve();
      }
      return false;
    });
    assert.deepEqual(shown.types.slice(0, 4), ['step', 'step', 'state', 'snapshot']);
    assert.deepEqual([shown.answers, shown.ended], [[ANSWER], 'completed']);
  });

  await t.test('that had read everything is told not to come again', async () => {
    model.play([say('Done.')]);
    const shown = new ShownTurn();
    const reader = await stream(brain, 'Say it.');
    await shown.read(reader);
    assert.equal((await followTurn(brain, turnOf(reader), shown.cursor)).response.status, 204);
    const whole = new ShownTurn();
    await whole.read(await followTurn(brain, turnOf(reader)));
    assert.deepEqual(whole.answers, ['Done.'], 'what is recorded replays for ever');
  });

  await t.test('with a cursor that is none of ours is refused, not sent from the start', async () => {
    const { turn } = await send(brain, 'Say it.');
    for (const cursor of ['x', '-1', '1.2', '1.2.3.4', '99999999999'])
      assert.equal((await followTurn(brain, turn.id, cursor)).response.status, 400, cursor);
  });

  await t.test('that never reads neither slows another one down nor grows in memory', async () => {
    const piece = 'x'.repeat(10_000);
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const before = Array.from({ length: 1_400 }, () => piece);
    // Both gates: nothing before everybody has come, no end before the memory was looked at.
    model.play(async () => {
      await gates[0].promise;
      return say([...before, 'end'], {
        gate: { afterEvents: 1_401, open: gates[1].promise },
        usage: { input: 1, output: 1 },
      });
    });
    const { turn } = await send(brain, 'Say much.');
    const deaf = await Promise.all(Array.from({ length: 100 }, () => deafReader(brain, turn.id)));
    const reader = await followTurn(brain, turn.id);
    const startBytes = await residentBytes(brain.pid);
    gates[0].resolve();
    const shown = new ShownTurn();
    await shown.read(reader, ({ text }) => text.length === 14_000_000);
    // A copy for each would be 1,400 MB; what is measured is what the burst left to be collected.
    const grownMb = ((await residentBytes(brain.pid)) - startBytes) / 1_000_000;
    assert.ok(grownMb < 400, `${Math.round(grownMb)} MB more for 100 readers of 14 MB`);
    for (const socket of deaf) socket.destroy();
    gates[1].resolve();
    await until('the turn ends', async () =>
      (await readTurn(brain, turn.id)).status === 'completed' ? true : undefined,
    );
  });
});

/** A connection that asks for the events and then reads nothing. */
async function deafReader(brain: BrainProcess, turn: string) {
  const { hostname, port, host } = new URL(brain.origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  const head = [`GET /api/v1/turns/${turn}/events HTTP/1.1`, `Host: ${host}`];
  socket.write([...head, `Authorization: Bearer ${await brain.token()}`, '', ''].join('\r\n'));
  await new Promise((open) => socket.once('data', open));
  socket.pause();
  return socket;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024;
}

// Each of these waits most of its time, on a brain of its own.
describe('a reader, over a restart and in silence', { concurrency: true }, () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`after ${signal} in mid-answer the same reader gets a new attempt and the whole answer`, async (t) => {
      const { model, brain } = await house(t);
      const never = new Promise<void>(() => undefined);
      model.play(({ number }) =>
        number === 0 ? say(WORDS, { gate: { afterEvents: 21, open: never } }) : say(WORDS),
      );
      const shown = new ShownTurn();
      const reader = await stream(brain, 'Say it.');
      const turn = turnOf(reader);
      await shown.read(reader, ({ text }) => text.length > 40);
      await brain.end(signal);
      const next = await startBrainProcess(t, { after: brain });
      await shown.read(await followTurn(next, turn, shown.cursor));
      assert.deepEqual([shown.answers, shown.ended], [[ANSWER], 'completed']);
      const record = await readTurn(next, turn);
      assert.deepEqual(
        stepsOf(record, 'model_ended').map((step) => step.outcome),
        ['interrupted', 'completed'],
      );
      assert.equal(model.asked().length, 2, 'a complete answer is asked for once');
    });
  }

  it('a reader that joins a new attempt with the cursor of the former is told to forget it', async (t) => {
    const { model, brain } = await house(t);
    const never = new Promise<void>(() => undefined);
    const gate = Promise.withResolvers<void>();
    model.play(({ number }) =>
      number === 0
        ? say(WORDS, { gate: { afterEvents: 21, open: never } })
        : say(WORDS, { gate: { afterEvents: 11, open: gate.promise } }),
    );
    const shown = new ShownTurn();
    const reader = await stream(brain, 'Say it.');
    await shown.read(reader, ({ text }) => text.length > 40);
    await brain.end('SIGKILL');
    const next = await startBrainProcess(t, { after: brain });
    await until('the second attempt speaks', () => (model.asked().length > 1 ? true : undefined));
    await shown.read(await followTurn(next, turnOf(reader), shown.cursor), ({ types, text }) => {
      if (types.includes('snapshot') || text !== '') gate.resolve();
      return false;
    });
    assert.deepEqual([shown.answers, shown.ended], [[ANSWER], 'completed']);
    assert.ok(shown.types.includes('reset'), shown.types.join());
  });

  it('a silent stream is kept alive by comments', async (t) => {
    const { model, brain } = await house(t);
    model.play([{ kind: 'hang' }]);
    const { turn } = await send(brain, 'Are you there?');
    const reader = await followTurn(brain, turn.id);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of reader.response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (/(^|\n\n):\n\n/.test(text)) break;
    }
    assert.match(text, /(^|\n\n):\n\n/);
    const cancelled = await brain.call(`/api/v1/turns/${turn.id}/cancel`, { method: 'POST' });
    assert.equal(cancelled.status, 200);
  });
});
