import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedRig } from '../rig/asked-rig.ts';

test('a person is made once under a name, and nobody can pass for somebody else', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const { person } = await house.person(token, 'Ann Lee');
  for (const name of ['ann  lee', 'ANN-LEE', 'Ａｎｎ Lee', 'Owner', 'owner!']) {
    const { code, status } = await house.call('POST', '/api/v1/people', { token, json: { name } });
    assert.deepEqual([code, status], ['person_exists', 409], name);
  }
  for (const name of ['!!!', 'Bob\u200b']) {
    const { code } = await house.call('POST', '/api/v1/people', { token, json: { name } });
    assert.equal(code, 'person_name_invalid', name);
  }
  const listed = await house.call('GET', '/api/v1/people', { token });
  const people = listed.body.items as { id: string; name: string }[];
  assert.deepEqual(
    people.map(({ id, name }) => [id, name]),
    [
      [house.rig.owner, 'Owner'],
      [person, 'Ann Lee'],
    ],
  );
  const made = house.rig.audited().filter(({ type }) => type === 'admin.person_created');
  assert.deepEqual(
    made.map(({ body }) => body.person),
    [person],
  );
  const chat = await house.rig.token(['chat', 'approve', 'config']);
  assert.equal((await house.call('GET', '/api/v1/people', { token: chat })).code, 'scope_missing');
});

test('a token for somebody is theirs, holds no more than its maker, and its maker can take it back', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const { person, token: theirs, tokenId } = await house.person(token, 'Ann', ['chat', 'approve']);
  const me = await house.call('GET', '/api/v1/me', { token: theirs });
  assert.deepEqual(me.body.principal, { id: person, kind: 'human', name: 'Ann' });
  const session = await house.session({ token: theirs });
  assert.equal((await house.call('GET', '/api/v1/me', session)).status, 200);
  const limited = await house.rig.token(['admin']);
  const json = { name: 'x', scopes: ['approve'], person };
  const more = await house.call('POST', '/api/v1/tokens', { token: limited, json });
  assert.equal(more.code, 'scope_not_held');
  const listed = await house.call('GET', `/api/v1/tokens?person=${person}`, { token });
  assert.deepEqual(
    (listed.body.items as { id: string }[]).map(({ id }) => id),
    [tokenId],
  );
  const path = `/api/v1/tokens/${tokenId}`;
  assert.equal((await house.call('DELETE', path, { token })).status, 404, 'not one of your own');
  assert.equal((await house.call('DELETE', `${path}?person=${person}`, { token })).status, 204);
  assert.equal((await house.call('GET', '/api/v1/me', { token: theirs })).code, 'credential_revoked');
  assert.equal((await house.call('GET', '/api/v1/me', session)).code, 'credential_revoked');
});

test('nobody makes or sees tokens of the owner of the house, or of what is no person', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const { token: theirs } = await house.person(token, 'Ann', ['admin', 'approve', 'chat']);
  const by = { token: theirs };
  for (const person of [house.rig.owner, 'prn_absent']) {
    const json = { name: 'x', scopes: ['chat'], person };
    const told = [
      await house.call('POST', '/api/v1/tokens', { ...by, json }),
      await house.call('GET', `/api/v1/tokens?person=${person}`, by),
      await house.call('DELETE', `/api/v1/tokens/${house.rig.parts.ids('token')}?person=${person}`, by),
    ];
    for (const { code } of told) assert.equal(code, 'person_unknown');
  }
});
