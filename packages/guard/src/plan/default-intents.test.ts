import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultIntents } from './default-intents.ts';

test('a tool is asked for by its verb with its object, in the words people use', () => {
  assert.ok(defaultIntents('send_email').includes('write * mail'));
  assert.deepEqual(defaultIntents('pay'), ['pay']);
});

test('a name that every object of the language has is a name like others', () => {
  assert.deepEqual(defaultIntents('get_constructor_standings'), ['get constructor standings']);
  assert.ok(defaultIntents('send_constructor').includes('send * constructor'));
});
