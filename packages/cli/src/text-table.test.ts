import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeTime, textTable } from './text-table.ts';

test('columns line up, the last one is cut to the terminal', () => {
  const text = textTable(
    ['id', 'title'],
    [
      ['a', 'short'],
      ['bbb', 'a title that is too long'],
    ],
    20,
  );
  assert.equal(text, 'id   title\na    short\nbbb  a title that i…\n');
});

test('a cell cannot break out of its row', () => {
  const text = textTable(['id'], [['one\ntwo\u001b[2K']], 80);
  assert.equal(text, 'id\none two␛[2K\n');
});

test('times are told as a person would', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  assert.equal(relativeTime('2026-11-22T11:59:30Z', now), 'just now');
  assert.equal(relativeTime('2026-11-22T11:30:00Z', now), '30 min ago');
  assert.equal(relativeTime('2026-11-20T11:00:00Z', now), '2 d ago');
  assert.equal(relativeTime('sometime', now), 'sometime');
});
