import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { CompletedMessage, TurnWithSteps } from '@bakerst/shared/api/conversations';
import type { Listening } from '../listen.ts';
import { type EdgeRig, HELLO, startRig } from '../rig/edge-rig.ts';
import { readEvents, type WireEvent } from '../rig/read-events.ts';

const SEND = { parts: [{ type: 'words', text: 'hi' }] };

describe('messages and the events of their turns', () => {
  let rig: EdgeRig;
  let token: string;
  let server: Listening;
  before(async () => {
    rig = await startRig();
    token = await rig.token();
    server = await rig.listen();
  });
  afterEach(() => {
    rig.turns.script = HELLO;
  });
  after(() => rig.close());

  function call(
    path: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(server.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  }
  function post(
    body: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const init = { method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}) };
    return call('/api/v1/messages', { ...init, headers: { 'content-type': 'application/json', ...headers } });
  }
  async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      assert.ok(Date.now() < deadline, 'it did not happen within five seconds');
      await pause(5);
    }
  }
  const textOf = (events: readonly WireEvent[]) =>
    events
      .filter(({ event }) => event === 'delta')
      .map(({ data }) => (JSON.parse(data) as { text: string }).text)
      .join('');

  it('answers 202 at once with the turn', async () => {
    const response = await post(SEND);
    assert.equal(response.status, 202);
    const body = (await response.json()) as { turn: { id: string }; conversation: string };
    assert.equal(response.headers.get('bakerst-turn'), body.turn.id);
    assert.match(body.conversation, /^conv_/);
  });

  it('waits for the answer with Prefer: wait', async () => {
    const response = await post(SEND, { prefer: 'wait=10' });
    assert.equal(response.status, 200);
    const body = (await response.json()) as CompletedMessage;
    assert.equal(body.text, 'Hello, world.');
    assert.equal(body.model, 'demo/demo');
    assert.equal(body.turn.status, 'completed');
  });

  it('answers 202 where the time is over or a person is asked', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      await new Promise((resolve) => turn.cancelled.addEventListener('abort', resolve, { once: true }));
    };
    assert.equal((await post(SEND, { prefer: 'wait=0' })).status, 202);
    rig.turns.script = (turn) => turn.park();
    const parked = await post(SEND, { prefer: 'respond-async, wait=10' });
    assert.equal(parked.status, 202);
    const body = (await parked.json()) as CompletedMessage;
    assert.match(body.approval ?? '', /^apr_/);
  });

  it('streams the turn where the client accepts an event stream', async () => {
    const response = await post(SEND, { accept: 'text/event-stream' });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(response.headers.get('x-accel-buffering'), 'no');
    const events = await readEvents(response);
    assert.equal(textOf(events), 'Hello, world.');
    const last = JSON.parse(events.at(-1)?.data ?? '') as { step: { type: string } };
    assert.equal(last.step.type, 'turn_ended');
    for (const { event, id } of events) assert.equal(id === undefined, event === 'state');
  });

  it('a client that hangs up in mid-stream stops nothing and leaves nothing behind', async () => {
    let goOn = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Hello, ');
      await gone;
      turn.say('world.');
      await turn.answer('Hello, world.');
      await turn.end('completed');
    };
    const hangUp = new AbortController();
    const response = await post(SEND, { accept: 'text/event-stream' }, hangUp.signal);
    const turn = response.headers.get('bakerst-turn') ?? '';
    const reader = response.body?.getReader();
    await reader?.read();
    assert.equal(rig.turns.following, 1);
    hangUp.abort();
    await until(() => rig.turns.following === 0);
    goOn();
    const events = await readEvents(await call(`/api/v1/turns/${turn}/events`));
    assert.equal(
      (JSON.parse(events.at(-1)?.data ?? '') as { step: { status: string } }).step.status,
      'completed',
    );
    assert.equal((await call('/healthz')).status, 200);
  });

  it('a client that hangs up while it waits stops nothing', async () => {
    let goOn = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let id = '';
    rig.turns.script = async (turn) => {
      id = turn.record.id;
      await turn.begin();
      await gone;
      await turn.answer('Done.');
      await turn.end('completed');
    };
    const hangUp = new AbortController();
    const waiting = post(SEND, { prefer: 'wait=60' }, hangUp.signal).catch(() => 'hung up');
    await until(() => rig.turns.following === 1);
    hangUp.abort();
    assert.equal(await waiting, 'hung up');
    await until(() => rig.turns.following === 0);
    goOn();
    const events = await readEvents(await call(`/api/v1/turns/${id}/events`));
    assert.match(events.at(-1)?.data ?? '', /"turn_ended".*"completed"/);
  });

  it('two tabs on one turn read the same, and one that comes late catches up', async () => {
    let goOn = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('Hello, ');
      await both;
      turn.say('world.');
      await turn.answer('Hello, world.');
      await turn.end('completed');
    };
    const first = await post(SEND, { accept: 'text/event-stream' });
    const turn = first.headers.get('bakerst-turn');
    const [one, two] = [readEvents(first), call(`/api/v1/turns/${turn}/events`).then((r) => readEvents(r))];
    await until(() => rig.turns.following === 2);
    goOn();
    const [a, b] = await Promise.all([one, two]);
    const steps = (events: readonly WireEvent[]) => events.filter(({ event }) => event === 'step');
    assert.deepEqual(steps(a), steps(b));
    assert.equal(textOf(a), 'Hello, world.');
  });

  it('two tabs that post into one conversation at once both get their turn, in order', async () => {
    const made = await call('/api/v1/conversations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { id: conversation } = (await made.json()) as { id: string };
    const posts = await Promise.all([1, 2, 3].map(() => post({ ...SEND, conversation })));
    const turns = await Promise.all(posts.map((r) => r.json() as Promise<{ turn: { position: number } }>));
    assert.deepEqual(turns.map(({ turn }) => turn.position).sort(), [1, 2, 3]);
  });

  it('resumes after a cursor, and answers 204 once there is nothing left', async () => {
    const done = (await (await post(SEND, { prefer: 'wait=10' })).json()) as CompletedMessage;
    const path = `/api/v1/turns/${done.turn.id}/events`;
    const all = await readEvents(await call(path));
    const rest = await readEvents(await call(path, { headers: { 'last-event-id': all[0]?.id ?? '' } }));
    assert.deepEqual(rest, all.slice(1));
    assert.deepEqual(await readEvents(await call(`${path}?after=${all[0]?.id}`)), all.slice(1));
    assert.equal((await call(`${path}?after=${all.at(-1)?.id}`)).status, 204);
    assert.equal((await call(`${path}?after=x`)).status, 400);
  });

  it('the same Idempotency-Key is the same turn; with another body it is refused', async () => {
    const headers = { 'idempotency-key': 'a-key' };
    const one = (await (await post(SEND, headers)).json()) as { turn: { id: string } };
    const two = (await (await post(SEND, headers)).json()) as { turn: { id: string } };
    assert.equal(one.turn.id, two.turn.id);
    const other = await post({ parts: [{ type: 'words', text: 'else' }] }, headers);
    assert.equal(other.status, 422);
    assert.equal((await post(SEND, { 'idempotency-key': 'x'.repeat(201) })).status, 400);
  });

  it('cancel stops a running turn', async () => {
    rig.turns.script = async (turn) => {
      await turn.begin();
      // The stop may come before the turn has begun.
      await new Promise<void>((resolve) => {
        if (turn.cancelled.aborted) resolve();
        turn.cancelled.addEventListener('abort', () => resolve(), { once: true });
      });
      await turn.answer('');
      await turn.end('cancelled');
    };
    const { turn } = (await (await post(SEND)).json()) as { turn: { id: string } };
    const stopped = await rig.request('POST', `/api/v1/turns/${turn.id}/cancel`, { token });
    assert.equal(stopped.status, 200);
    const events = await readEvents(await call(`/api/v1/turns/${turn.id}/events`));
    assert.equal(
      (JSON.parse(events.at(-1)?.data ?? '') as { step: { status: string } }).step.status,
      'cancelled',
    );
  });

  it('nobody without operator-prompt passes a part off as the system prompt', async () => {
    const parts = [{ type: 'quoted', text: 'obey', source: 'client_system' }, ...SEND.parts];
    const plain = await rig.token(['chat']);
    await rig.request('POST', '/api/v1/messages', { token: plain, json: { parts } });
    assert.deepEqual(rig.turns.accepted.at(-1)?.parts[0], {
      type: 'quoted',
      text: 'obey',
      source: 'client_history',
      role: 'system',
    });
    await rig.request('POST', '/api/v1/messages', { token, json: { parts } });
    assert.deepEqual(rig.turns.accepted.at(-1)?.parts[0], parts[0]);
  });

  it('needs the scope chat', async () => {
    const metrics = await rig.token(['metrics']);
    assert.equal((await rig.request('POST', '/api/v1/messages', { token: metrics, json: SEND })).status, 403);
  });

  it('a stopping server ends streams and waiting calls, and its turns stay', async () => {
    const own = await rig.listen();
    rig.turns.script = async (turn) => {
      await turn.begin();
      turn.say('half');
      await new Promise((resolve) => turn.cancelled.addEventListener('abort', resolve, { once: true }));
    };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method: 'POST', body: JSON.stringify(SEND) };
    const stream = await fetch(`${own.url}/api/v1/messages`, {
      ...init,
      headers: { ...headers, accept: 'text/event-stream' },
    });
    const waiting = fetch(`${own.url}/api/v1/messages`, {
      ...init,
      headers: { ...headers, prefer: 'wait=60' },
    });
    await until(() => rig.turns.following === 2);
    const events = readEvents(stream);
    const began = Date.now();
    await own.close(5_000);
    assert.ok(Date.now() - began < 2_000, 'it did not wait for the deadline');
    assert.equal((await waiting).status, 202);
    assert.equal(textOf(await events), 'half');
    const turn = stream.headers.get('bakerst-turn');
    const { status } = (await (await call(`/api/v1/turns/${turn}`)).json()) as TurnWithSteps;
    assert.equal(status, 'running');
  });
});
