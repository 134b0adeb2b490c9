import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHOWING_MS, Showings } from './showings.ts';

const ANN = { approval: 'apr_1', principal: 'prn_ann', credential: 'ses_ann' };

test('a nonce stands for its own card, person and credential, for a quarter of an hour and one decision', () => {
  let now = 0;
  const showings = new Showings(() => now);
  const nonce = showings.show(ANN);
  now = 1_500;
  assert.equal(showings.ageOf(nonce, ANN), 1_500);
  for (const change of [{ approval: 'apr_2' }, { principal: 'prn_bob' }, { credential: 'tok_ann' }]) {
    assert.equal(showings.ageOf(nonce, { ...ANN, ...change }), undefined);
  }
  assert.equal(showings.ageOf('', ANN), undefined);
  now = SHOWING_MS;
  assert.equal(showings.ageOf(nonce, ANN), SHOWING_MS);
  now = SHOWING_MS + 1;
  assert.equal(showings.ageOf(nonce, ANN), undefined);
  const next = showings.show(ANN);
  assert.notEqual(next, nonce);
  assert.equal(showings.size, 1, 'what is over is forgotten');
  showings.forget(next);
  assert.equal(showings.ageOf(next, ANN), undefined);
  assert.equal(showings.size, 0);
});

test('who loads cards without end forgets its own first ones, not those of others', () => {
  const showings = new Showings(() => 0);
  const bob = { ...ANN, principal: 'prn_bob', credential: 'ses_bob' };
  const kept = showings.show(bob);
  const first = showings.show(ANN);
  for (let n = 0; n < 5_000; n += 1) showings.show(ANN);
  assert.equal(showings.ageOf(first, ANN), undefined);
  assert.equal(showings.ageOf(kept, bob), 0);
  assert.equal(showings.size, 501);
});

test('memory stays bounded however many credentials there are', () => {
  const showings = new Showings(() => 0);
  for (let n = 0; n < 25_000; n += 1) showings.show({ ...ANN, credential: `ses_${n}` });
  assert.equal(showings.size, 20_000);
});
