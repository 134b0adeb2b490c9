import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_MCP_LIMITS } from './limits.ts';
import { readToolResult } from './tool-result.ts';

const text = (shown: string) => ({ type: 'text', text: shown });
const structured = (result: Record<string, unknown>) => readToolResult(result, DEFAULT_MCP_LIMITS).structured;

test('structured content comes as data, and the text that repeats it stays', () => {
  const result = { content: [text('{"a":1}')], structuredContent: { a: 1 } };
  assert.deepEqual(readToolResult(result, DEFAULT_MCP_LIMITS), {
    content: [text('{"a":1}')],
    isError: false,
    structured: { a: 1 },
  });
});

test('an answer that is one JSON text is data too; several texts, prose and errors are not', () => {
  assert.deepEqual(structured({ content: [text(' [{"id":"x"}]')] }), [{ id: 'x' }]);
  assert.equal(structured({ content: [text('{"a":1}'), text('{"b":1}')] }), undefined);
  assert.equal(structured({ content: [text('{ not JSON')] }), undefined);
  assert.equal(structured({ content: [text('42')] }), undefined);
  assert.equal(structured({ content: [text('{"a":1}')], isError: true }), undefined);
  assert.equal(structured({ structuredContent: { a: 1 }, isError: true }), undefined);
});

test('data that is too large, too deep or dangerous to copy is text only', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  for (const content of [{ a: 'x'.repeat(70_000) }, deep, JSON.parse('{"__proto__":{"a":1}}')])
    assert.equal(structured({ content: [text('shown')], structuredContent: content }), undefined);
  assert.equal(structured({ content: [text(`["${'x'.repeat(70_000)}"]`)] }), undefined);
  const { content } = readToolResult({ structuredContent: deep }, DEFAULT_MCP_LIMITS);
  assert.match(JSON.stringify(content), /nested too deeply/);
});

test('whatever a server answers becomes parts, and data never exceeds its limit', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (content, structuredContent) => {
      const sent = JSON.parse(jsonOf({ content, structuredContent }));
      const output = readToolResult(sent, DEFAULT_MCP_LIMITS);
      assert.ok(output.content.length > 0);
      const size = Buffer.byteLength(JSON.stringify(output.structured) ?? '');
      assert.ok(size <= DEFAULT_MCP_LIMITS.structuredBytes);
    }),
  );
});

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '{}';
  } catch {
    return '{}'; // A cycle or a bigint, which cannot arrive as JSON.
  }
}
