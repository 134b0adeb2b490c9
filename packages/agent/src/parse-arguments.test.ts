import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_ARGUMENT_DEPTH, parseArguments } from './parse-arguments.ts';

const messageOf = (text: string) => {
  const parsed = parseArguments(text);
  return parsed.ok ? 'ok' : parsed.message;
};

test('empty arguments are an empty object', () => {
  assert.deepEqual(parseArguments('  '), { ok: true, value: {} });
});

test('what two JSON readers could read differently is refused', () => {
  assert.match(messageOf('{"a":1,"a":2}'), /twice/);
  assert.match(messageOf('{"x":{"a":1,"\\u0061":2}}'), /twice/);
  assert.match(messageOf('{"n":9007199254740993}'), /9007199254740993/);
  assert.match(messageOf('{"n":1e999}'), /1e999/);
  assert.match(messageOf('{"s":"\\ud800"}'), /surrogate/);
  assert.match(messageOf('{"__proto__":{"admin":true}}'), /not allowed/);
});

test('the same key in different objects is fine', () => {
  assert.equal(messageOf('{"a":{"b":1},"c":[{"b":2},{"b":3,"d":["b","b"]}],"b":4}'), 'ok');
});

test('not an object, not JSON, too deep and too large are told apart', () => {
  assert.match(messageOf('[1]'), /object/);
  assert.match(messageOf('null'), /object/);
  assert.match(messageOf('{"a":'), /not valid JSON/);
  const deep = `${'{"a":'.repeat(MAX_ARGUMENT_DEPTH + 1)}1${'}'.repeat(MAX_ARGUMENT_DEPTH + 1)}`;
  assert.match(messageOf(deep), /deeper/);
  assert.match(messageOf(`{"a":"${'x'.repeat(1_100_000)}"}`), /larger/);
});

test('every object that JSON can write comes back unchanged', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__' && key.isWellFormed()),
        fc.jsonValue({ maxDepth: 4 }),
      ),
      (value) => {
        const text = JSON.stringify(value);
        const parsed = parseArguments(text);
        if (!parsed.ok) return;
        assert.deepEqual(parsed.value, JSON.parse(text));
      },
    ),
  );
});
