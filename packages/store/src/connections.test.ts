import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openForReading, openForWriting } from './files/connections.ts';
import { temporaryFolder } from './testing/temporary-store.ts';

test('a commit is on disk before it is answered, and references are kept', (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const database = openForWriting(file);
  t.after(() => database.close());
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.equal(pragma('journal_mode'), 'wal');
  // 2 is FULL: the log is flushed at each commit (https://www.sqlite.org/pragma.html#pragma_synchronous).
  assert.equal(pragma('synchronous'), 2);
  assert.equal(pragma('foreign_keys'), 1);
});

test('the connection for reading cannot write', (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const writer = openForWriting(file);
  writer.exec('CREATE TABLE x (y) ');
  const reader = openForReading(file);
  t.after(() => {
    reader.close();
    writer.close();
  });
  assert.throws(() => reader.exec('INSERT INTO x VALUES (1)'), /readonly/);
});
