import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedRig } from '../rig/asked-rig.ts';

test('stopping a conversation cancels what it does, withdraws what it asks, and is its owner’s alone', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token(['chat', 'approve']);
  const ask = await house.ask(token);
  const json = { scope: 'conversation', target: ask.conversation, reason: 'enough' };
  const { token: theirs } = await house.person(await house.rig.token(), 'Ann', ['chat', 'admin']);
  const stranger = await house.call('POST', '/api/v1/stops', { token: theirs, json });
  assert.deepEqual([stranger.code, stranger.status], ['store_not_found', 404]);
  const stopped = await house.call('POST', '/api/v1/stops', { token, json });
  assert.deepEqual([stopped.status, stopped.body.cancelledTurns], [201, 1]);
  assert.match(String(stopped.body.note), /without tools/);
  const types = house.steps(house.rig.owner, ask).map(({ type }) => type);
  assert.deepEqual(types.slice(-2), ['approval_decided', 'turn_ended']);
  const again = await house.call('POST', '/api/v1/stops', { token, json });
  assert.deepEqual([again.body.id, again.body.cancelledTurns], [stopped.body.id, 0]);
  const path = `/api/v1/stops/${stopped.body.id}`;
  assert.deepEqual((await house.call('GET', '/api/v1/stops', { token: theirs })).body.items, []);
  assert.equal((await house.call('DELETE', path, { token: theirs })).status, 404);
  assert.equal((await house.call('DELETE', path, { token })).status, 204);
  assert.deepEqual((await house.call('GET', '/api/v1/stops', { token })).body.items, []);
  const audited = house.rig.audited().filter(({ type }) => /^admin\.(stopped|resumed)$/.test(type));
  assert.deepEqual(
    audited.map(({ type, body }) => [type, body.stop]),
    [
      ['admin.stopped', stopped.body.id],
      ['admin.resumed', stopped.body.id],
    ],
  );
});

test('stopping everything cancels the turns of everybody that run or wait, in the name of who did it', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const { person, token: theirs } = await house.person(token, 'Ann', ['chat']);
  const waiting = await house.ask(theirs);
  house.rig.turns.script = async (turn) => {
    await new Promise<void>((resolve) => {
      turn.cancelled.addEventListener('abort', () => resolve());
      if (turn.cancelled.aborted) resolve();
    });
    await turn.end('cancelled');
  };
  const message = { parts: [{ type: 'words', text: 'run' }] };
  const running = await house.call('POST', '/api/v1/messages', { token, json: message });
  assert.equal(
    (await house.call('POST', '/api/v1/stops', { token: theirs, json: { scope: 'everything' } })).status,
    403,
  );
  const stopped = await house.call('POST', '/api/v1/stops', { token, json: { scope: 'everything' } });
  assert.deepEqual([stopped.status, stopped.body.cancelledTurns], [201, 2]);
  const ended = house.steps(person, waiting).at(-1);
  assert.ok(ended?.type === 'turn_ended');
  assert.deepEqual([ended.status, ended.actor, ended.onBehalfOf], ['cancelled', house.rig.owner, person]);
  const { id } = running.body.turn as { id: string };
  await house.rig.turns.settled();
  const read = await house.call('GET', `/api/v1/turns/${id}`, { token });
  assert.equal(read.body.status, 'cancelled');
  const seen = await house.call('GET', '/api/v1/stops', { token: theirs });
  assert.equal((seen.body.items as unknown[]).length, 1, 'everybody sees that everything is stopped');
  const path = `/api/v1/stops/${stopped.body.id}`;
  assert.equal((await house.call('DELETE', path, { token: theirs })).code, 'scope_missing');
  assert.equal((await house.call('DELETE', path, { token })).status, 204);
});

test('a stop of a tool or server needs admin and a name that is known, so that no switch only looks pulled', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token(['admin']);
  const put = (json: unknown, by = token) => house.call('POST', '/api/v1/stops', { token: by, json });
  assert.equal((await put({ scope: 'server', target: 'core' })).status, 201);
  assert.equal((await put({ scope: 'tool', target: 'mail__anything' })).status, 201);
  for (const json of [
    { scope: 'server', target: 'cora' },
    { scope: 'tool', target: 'mail_send' },
    { scope: 'tool', target: 'core__' },
    { scope: 'tool', target: 'core__anything' },
    { scope: 'tool', target: 'mail__' },
  ]) {
    const { code, status, body } = await put(json);
    assert.deepEqual([code, status], ['stop_target_unknown', 404]);
    assert.match(String(body.remedy), /bakerst stop all/);
  }
  for (const json of [{ scope: 'server' }, { scope: 'everything', target: 'x' }]) {
    assert.equal((await put(json)).code, 'stop_target_invalid');
  }
  assert.equal(
    (await put({ scope: 'server', target: 'core' }, await house.rig.token(['chat']))).code,
    'scope_missing',
  );
  const chat = await house.rig.token(['admin', 'approve']);
  const conversation = { scope: 'conversation', target: house.rig.parts.ids('conversation') };
  assert.equal((await put(conversation, chat)).code, 'scope_missing');
});
