import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '@bakerst/shared/redact-secrets';
import { redactOutput } from './guard-output.ts';

const SECRET = 'tok-4711-very-secret';

/** The text of a result that a server sends, as it is handed on with room for so many bytes. */
function handedOn(text: string, maxResultBytes: number): string {
  const output = { content: [{ type: 'text' as const, text }], isError: false };
  const [part] = redactOutput(output, createRedactor([SECRET]), maxResultBytes).content;
  assert.ok(part?.type === 'text');
  return part.text;
}

test('a secret said so often that the marks leave room brings none of the rest into it', () => {
  const text = handedOn(`${SECRET} `.repeat(2_000), 1_000);
  assert.doesNotMatch(text.slice(0, 1_000 + 4_096), /very-secret/);
  assert.match(text, /^\[redacted\] /);
  assert.match(text, /\[\d+ more characters were left out\]$/);
});

test('a text that fits is handed on whole', () => {
  assert.equal(handedOn(`a ${SECRET} b`, 1_000), 'a [redacted] b');
});
