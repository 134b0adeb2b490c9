import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { migrate } from './files/migrate.ts';
import { MIGRATIONS } from './migrations/all.ts';

const FOLDER = import.meta.dirname;
/** Walks what a function or a subquery made in memory, not a table; and FTS5's own index. */
const HARMLESS =
  /^SCAN (json_each VIRTUAL TABLE|message_search VIRTUAL TABLE INDEX \d+:[M=]|\(subquery-\d+\)|s$)/;
const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/;

test('every query finds its rows by an index: none scans a table or sorts without a limit', async (t) => {
  const database = emptyDatabase(t.name);
  t.after(() => database.close());
  const found = await everyQuery();
  assert(found.length > 70, `only ${found.length} queries were found`);
  for (const { name, sql } of found) {
    if (CONTROL.test(sql)) continue;
    const plan = planOf(database, sql);
    const scans = plan.filter((line) => line.startsWith('SCAN') && !HARMLESS.test(line));
    assert.deepEqual(scans, [], `${name} scans: ${sql}`);
    const sorts = plan.filter((line) => line.includes('TEMP B-TREE'));
    assert.deepEqual(sorts, [], `${name} sorts: ${sql}`);
  }
});

test('a query without an index would be noticed', (t) => {
  const database = emptyDatabase(t.name);
  t.after(() => database.close());
  const plan = planOf(database, "SELECT id FROM turn WHERE cancel_requested_by = 'x'");
  assert(plan.some((line) => line.startsWith('SCAN') && !HARMLESS.test(line)));
});

test('every statement of the package is one of the queries that this test walks', async () => {
  const texts = sourceFiles().map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  const defined = texts.join('\n').match(/\bqueries\(\{/g)?.length ?? 0;
  const exported = texts.join('\n').match(/^export const \w+ = queries\(\{/gm)?.length ?? 0;
  assert.equal(defined, exported, 'a set of queries is not exported');
  for (const text of texts) {
    assert.doesNotMatch(text, /\bas Query\b/, 'a query was made by a cast');
  }
});

function emptyDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  migrate(database, { file, migrations: MIGRATIONS, now: 0 });
  return database;
}

function planOf(database: DatabaseSync, sql: string): readonly string[] {
  return database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row.detail));
}

async function everyQuery(): Promise<readonly { name: string; sql: string }[]> {
  const found: { name: string; sql: string }[] = [];
  for (const file of sourceFiles()) {
    if (!readFileSync(join(FOLDER, file), 'utf8').includes('queries({')) continue;
    const exported: Record<string, unknown> = await import(join(FOLDER, file));
    for (const [set, texts] of Object.entries(exported)) {
      if (!set.endsWith('_QUERIES') || typeof texts !== 'object' || texts === null) continue;
      for (const [name, sql] of Object.entries(texts))
        found.push({ name: `${set}.${name}`, sql: String(sql) });
    }
  }
  return found;
}

function sourceFiles(): readonly string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('testing'),
  );
}
