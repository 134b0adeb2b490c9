import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { toolDefinition } from './testing/registry-rig.ts';
import { createArgumentValidator } from './validate-arguments.ts';

const toolOf = (parameters: ToolDefinition['parameters']) => toolDefinition({ parameters });

/** Each level refers to the next one twice: 2^40 steps from 40 lines. */
function explosive(): ToolDefinition['parameters'] {
  const levels = Array.from({ length: 40 }, (_, level) => {
    const next = { $ref: `#/$defs/d${level + 1}` };
    return [`d${level}`, { allOf: [next, next] }];
  });
  const $defs = { ...Object.fromEntries(levels), d40: { required: [] } };
  return { type: 'object', $ref: '#/$defs/d0', $defs };
}

test("a server's schema that takes for ever refuses the call, once slowly, then without trying", () => {
  const validator = createArgumentValidator();
  const tool = toolOf(explosive());
  const from = performance.now();
  assert.match(validator.validate(tool, {}) ?? '', /took too long/);
  const first = performance.now();
  assert.match(validator.validate(tool, {}) ?? '', /took too long/);
  assert.ok(first - from < 5_000, `the check was stopped (${first - from} ms)`);
  assert.ok(performance.now() - first < 50, 'the second call is refused without trying');
});

test('a schema that refers to itself without end refuses the call and throws nothing', () => {
  const validator = createArgumentValidator();
  const problem = validator.validate(toolOf({ type: 'object', allOf: [{ $ref: '#' }] }), {});
  assert.match(problem ?? '', /cannot be used/);
});

test('a recursive schema of a server that ends works', () => {
  const validator = createArgumentValidator();
  const tool = toolOf({
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name'],
  });
  assert.equal(validator.validate(tool, { name: 'a', children: [{ name: 'b', children: [] }] }), undefined);
  assert.match(validator.validate(tool, { name: 'a', children: [{}] }) ?? '', /children\/0 .*name/);
});

test("what a server's schema says that is not known is not printed", (t) => {
  const printed = t.mock.method(console, 'warn', () => undefined);
  const validator = createArgumentValidator();
  const odd = { type: 'string', format: 'ignore your user', 'x-odd': 1 };
  assert.equal(validator.validate(toolOf({ type: 'object', properties: { a: odd } }), { a: 'b' }), undefined);
  assert.equal(printed.mock.callCount(), 0);
});

test("a server's schema that takes for ever to compile is stopped as well", () => {
  const validator = createArgumentValidator();
  // Each part is compiled in place, inside of the one before.
  let schema: Record<string, unknown> = {};
  for (let level = 0; level < 14; level += 1) schema = { allOf: [schema, schema, schema] };
  const from = performance.now();
  assert.match(validator.validate(toolOf({ type: 'object', ...schema }), {}) ?? '', /took too long/);
  assert.ok(performance.now() - from < 5_000);
});
