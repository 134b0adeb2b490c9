import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import type { TurnEvent } from '@bakerst/shared/events';
import { ApiRefusal } from './errors.ts';
import { createHttpDoor } from './http-door.ts';
import { followTurn } from './turn-stream.ts';
import { TurnView } from './turn-view.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, visit: number) => void;

/** A small server in the place of the brain. */
async function serve(t: TestContext, handle: Handler) {
  const visits: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    visits.push(request);
    handle(request, response, visits.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signal = t.signal;
  const door = createHttpDoor({ baseUrl, token: () => 'bst_t', fetch, signal });
  const follow = (idleMs = 5_000) =>
    followTurn('turn_1', { door, baseUrl, signal, idleMs, pause: () => Promise.resolve() });
  return { visits, follow, door, baseUrl };
}

const common = { v: 1, id: 'step_1', at: '2026-11-22T10:00:00.000Z', actor: 'a', onBehalfOf: 'p' } as const;
const label = { integrity: 'trusted', confidentiality: 'internal' } as const;

function step(seq: number, fields: Record<string, unknown>): string {
  return frame(String(seq), { type: 'step', seq, step: { ...common, ...fields } });
}
function frame(id: string, event: Record<string, unknown>): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
function delta(offset: number, text: string, attempt = 1): string {
  const event = { type: 'delta', seq: 2, call: 'mc_1', attempt, offset, channel: 'text', text };
  return frame(`2.${attempt}.${offset + text.length}`, event);
}
const started = step(2, {
  type: 'model_started',
  call: 'mc_1',
  attempt: 1,
  role: 'agent',
  model: 'demo/demo',
  holdMicros: 0,
  label,
  promptHash: 'p',
  toolsHash: 't',
  estimatedInputTokens: 1,
});
function ended(text: string, outcome = 'completed'): string {
  return step(3, {
    type: 'model_ended',
    call: 'mc_1',
    attempt: 1,
    outcome,
    parts: [{ type: 'text', text }],
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usageSource: 'reported',
    costMicros: 1_200,
    label,
    durationMs: 5,
  });
}
const over = step(4, { type: 'turn_ended', status: 'completed' });

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

async function readAll(events: AsyncIterable<TurnEvent>) {
  const view = new TurnView();
  let text = '';
  for await (const event of events) {
    for (const output of view.push(event)) {
      if (output.kind === 'text') text += output.text;
      if (output.kind === 'void') text += '<void>';
    }
  }
  return { text, result: view.result() };
}

describe('following a turn', () => {
  test('goes on exactly where the connection broke, and says every piece once', async (t) => {
    const { visits, follow } = await serve(t, (_request, response, visit) => {
      open(response);
      if (visit === 1) {
        response.write(started + delta(0, 'Hello ') + delta(6, 'wor'));
        setImmediate(() => response.destroy());
        return;
      }
      const snapshot = {
        type: 'snapshot',
        seq: 2,
        call: 'mc_1',
        attempt: 1,
        text: 'Hello worl',
        thinking: '',
      };
      response.end(frame('2.1.10', snapshot) + delta(10, 'd!') + ended('Hello world!') + over);
    });
    const { text, result } = await readAll(follow());
    assert.equal(text, 'Hello world!\n');
    assert.equal(visits.length, 2);
    assert.match(String(visits[1]?.headers['last-event-id']), /^2\.1\.\d+$|^2$/);
    assert.equal(result.status, 'completed');
    assert.equal(result.text, 'Hello world!');
    assert.equal(result.model, 'demo/demo');
    assert.equal(result.costMicros, 1_200);
  });

  test('shows a piece once that is sent again', async (t) => {
    const { follow } = await serve(t, (_request, response) => {
      open(response);
      response.end(started + delta(0, 'abc') + delta(1, 'bcd') + delta(0, 'abc') + ended('abcd') + over);
    });
    assert.equal((await readAll(follow())).text, 'abcd\n');
  });

  test('says that a new attempt voids what was shown', async (t) => {
    const reset = frame('2.2.0', { type: 'reset', seq: 2, call: 'mc_1', attempt: 2 });
    const { follow } = await serve(t, (_request, response) => {
      open(response);
      response.end(started + delta(0, 'wrong') + reset + delta(0, 'right', 2) + ended('right') + over);
    });
    assert.match((await readAll(follow())).text, /^wrong<void>right/);
  });

  test('does not shut out a later release: unknown events, comments and fields are passed over', async (t) => {
    const { follow } = await serve(t, (_request, response) => {
      open(response);
      response.end(
        `:\n\n${frame('1', { type: 'sparkle', seq: 1 })}retry: 5\n\n${started}${ended('ok')}${over}`,
      );
    });
    assert.equal((await readAll(follow())).text, 'ok\n');
  });

  test('ends when there is nothing more to read of an ended turn', async (t) => {
    const { follow } = await serve(t, (_request, response) => response.writeHead(204).end());
    assert.equal((await readAll(follow())).result.status, 'running');
  });

  test('connects again when the line is silent for too long', async (t) => {
    const { visits, follow } = await serve(t, (_request, response, visit) => {
      open(response);
      if (visit === 1) response.write(started);
      else response.end(ended('there') + over);
    });
    assert.equal((await readAll(follow(200))).text, 'there\n');
    assert.equal(visits.length, 2);
  });

  test('gives up after several vain attempts with a remedy', async (t) => {
    const { visits, follow } = await serve(t, (_request, response) => response.destroy());
    await assert.rejects(readAll(follow()), (error) => isCoded(error, 'cli_unreachable'));
    assert.ok(visits.length > 3 && visits.length < 20, String(visits.length));
  });

  test('does not try again what was refused', async (t) => {
    const problem = {
      type: 'about:blank',
      title: 'Refused',
      status: 403,
      code: 'scope_missing',
      detail: 'd',
      remedy: 'r',
    };
    const { visits, follow } = await serve(t, (_request, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    await assert.rejects(readAll(follow()), (error) => error instanceof ApiRefusal && error.status === 403);
    assert.equal(visits.length, 1);
  });

  test('an answer that is no brain is said to be none', async (t) => {
    const { follow } = await serve(t, (_request, response) => {
      open(response);
      response.end('data: <html>\n\n');
    });
    await assert.rejects(readAll(follow()), (error) => isCoded(error, 'cli_bad_answer'));
  });

  test('the token goes to no other address: a redirect is not followed', async (t) => {
    const elsewhere = await serve(t, (_request, response) => response.end('{}'));
    const { door } = await serve(t, (_request, response) =>
      response.writeHead(307, { location: `${elsewhere.baseUrl}/api/v1/me` }).end(),
    );
    await assert.rejects(door.json({ method: 'GET', path: '/api/v1/me' }));
    assert.equal(elsewhere.visits.length, 0);
  });
});
