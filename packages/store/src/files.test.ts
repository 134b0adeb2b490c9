import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type Migration, migrate, migrationBackups } from './files/migrate.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { restoreBackup } from './restore-backup.ts';
import { accessOf, createScenario, type Scenario, trivialTurn } from './testing/scenario.ts';
import { temporaryFolder, temporaryStore, withCode } from './testing/temporary-store.ts';

const NEWEST = MIGRATIONS.length;

test('a second store on one file is refused with the pid, in this process and in another', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const store = await temporaryStore(t, { file });
  await assert.rejects(openSqliteStore({ file }), withCode('store_locked'));
  await assert.rejects(openSqliteStore({ file }), new RegExp(`pid ${process.pid}`));
  const scenario = await createScenario(store);
  await trivialTurn(scenario);
  await store.close();
  const again = await temporaryStore(t, { file });
  assert.equal(again.listConversations(scenario.access, { limit: 5 }).items.length, 1);
});

test('the lock of a process that was killed is taken over', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const child = fork(join(import.meta.dirname, 'testing', 'crash-child.ts'), [file], { silent: true });
  await once(child, 'message');
  await assert.rejects(openSqliteStore({ file }), new RegExp(`pid ${child.pid}`));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(readFileSync(`${file}.pid`, 'utf8').trim(), `${child.pid}`);
  const store = await temporaryStore(t, { file });
  assert.equal(readFileSync(`${file}.pid`, 'utf8').trim(), `${process.pid}`);
  assert.equal((await store.health()).ok, true);
});

test('every file of the store is for its owner alone', async (t) => {
  const folder = join(temporaryFolder(t), 'made', 'here');
  const file = join(folder, 'brain.db');
  const store = await temporaryStore(t, { file });
  const scenario = await createScenario(store);
  await trivialTurn(scenario);
  await store.backup(join(folder, 'copy.db'));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const names = readdirSync(folder);
  assert(names.includes('brain.db-wal'));
  for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
});

test('a database of a newer release is refused with the remedy, and left as it was', async (t) => {
  const file = await closedDatabase(t);
  change(file, 'PRAGMA user_version = 99');
  const before = readFileSync(file);
  await assert.rejects(openSqliteStore({ file }), withCode('store_newer_release'));
  assert.deepEqual(readFileSync(file), before);
  await assert.rejects(openSqliteStore({ file }), withCode('store_newer_release'));
});

test('a database of another program is refused and not touched', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  change(file, 'CREATE TABLE theirs (x)');
  await assert.rejects(openSqliteStore({ file }), withCode('store_foreign_file'));
  writeFileSync(file, 'this is no database at all, but a longer text than its header would be'.repeat(20));
  await assert.rejects(openSqliteStore({ file }), withCode('store_corrupt'));
});

test('a damaged database is found at the start', async (t) => {
  const file = await closedDatabase(t);
  const bytes = readFileSync(file);
  for (let offset = 4_096 * 3; offset < bytes.length; offset += 4_096 * 4)
    bytes.fill(0xa5, offset, offset + 4_096);
  writeFileSync(file, bytes);
  await assert.rejects(openSqliteStore({ file }), withCode('store_corrupt'));
  truncateSync(file, 8_192);
  await assert.rejects(openSqliteStore({ file }), withCode('store_corrupt'));
});

test('a folder that cannot be made is refused with a remedy', async (t) => {
  const occupied = join(temporaryFolder(t), 'file');
  writeFileSync(occupied, '');
  const file = join(occupied, 'below', 'brain.db');
  await assert.rejects(openSqliteStore({ file }), withCode('store_io'));
});

test('a migration of a database with contents backs it up first, and keeps the last three', async (t) => {
  const file = await closedDatabase(t);
  const migrations = [...MIGRATIONS];
  for (let version = MIGRATIONS.length + 1; version <= MIGRATIONS.length + 5; version += 1) {
    migrations.push({
      version,
      name: `v${version}`,
      sql: `CREATE TABLE extra_${version} (x INTEGER) STRICT`,
    });
    const database = new DatabaseSync(file);
    const moved = migrate(database, { file, migrations, now: Date.parse('2026-01-01') + version * 1_000 });
    assert.deepEqual(moved, { from: version - 1, to: version });
    database.close();
  }
  const kept = migrationBackups(file);
  assert.deepEqual(
    kept.map((path) => /\.v(\d+)\./.exec(path)?.[1]),
    [2, 3, 4].map((more) => `${NEWEST + more}`),
  );
  const oldest = new DatabaseSync(kept[0] ?? '', { readOnly: true });
  t.after(() => oldest.close());
  assert.equal(oldest.prepare('PRAGMA user_version').get()?.user_version, NEWEST + 2);
  assert.equal(oldest.prepare('SELECT count(*) AS n FROM turn').get()?.n, 1);
});

test('a migration that fails leaves the database at its old version', async (t) => {
  const file = await closedDatabase(t);
  const broken: Migration = {
    version: NEWEST + 1,
    name: 'broken',
    sql: 'CREATE TABLE half (x); INSERT INTO absent VALUES (1)',
  };
  const database = new DatabaseSync(file);
  t.after(() => database.close());
  const options = { file, migrations: [...MIGRATIONS, broken], now: 0 };
  assert.throws(() => migrate(database, options), /absent/);
  assert.equal(database.prepare('PRAGMA user_version').get()?.user_version, NEWEST);
  assert.equal(database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").get()?.n, 0);
});

test('a database of the first release keeps its open asks: they are their owner’s alone', async (t) => {
  const file = join(temporaryFolder(t), 'brain.db');
  const database = new DatabaseSync(file);
  migrate(database, { file, migrations: MIGRATIONS.slice(0, 1), now: 0 });
  database.exec(`
    INSERT INTO principal VALUES (1, 'prn_1', 'human', 'Owner', 0), (2, 'prn_2', 'human', 'Second', 0);
    INSERT INTO conversation VALUES (1, 'conv_1', 1, 'A conversation', NULL, 0, 0, 0, 0, 1, 0);
    INSERT INTO turn (id, public_id, conversation, position, status, parked_for, created_at, seq, cost_micros, fence)
      VALUES (1, 'turn_1', 1, 1, 'parked', 'apr_1', 0, 1, 0, 1);
    INSERT INTO approval VALUES (1, 'apr_1', 1, 1, 'call_1', 'digest', 0, 4102444800000, 'open');`);
  database.close();
  const store = await temporaryStore(t, { file });
  const asks = (principal: string) => store.listApprovals(accessOf(principal), { limit: 5 });
  assert.deepEqual(
    asks('prn_1').map(({ approval, fourEyes }) => [approval, fourEyes]),
    [['apr_1', false]],
  );
  assert.deepEqual(asks('prn_2'), []);
});

test('migrations count up from one without a gap', () => {
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    MIGRATIONS.map((_, index) => index + 1),
  );
});

test('a backup made while turns run is whole, and restores to what it was', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'brain.db');
  const backup = join(folder, 'copy.db');
  const store = await temporaryStore(t, { file });
  const scenario = await createScenario(store);
  for (let index = 0; index < 20; index += 1) await trivialTurn(scenario);
  const written = store.backup(backup);
  const during = Array.from({ length: 100 }, () => trivialTurn(scenario));
  assert.equal((await written).bytes, statSync(backup).size);
  await Promise.all(during);
  await assert.rejects(store.backup(backup), withCode('store_backup_refused'));
  assert.throws(() => restoreBackup({ backup, file }), withCode('store_locked'));
  await store.close();

  const restored = restoreBackup({ backup, file, now: () => 0 });
  assert.equal(restored.schemaVersion, NEWEST);
  const after = await temporaryStore(t, { file });
  const conversations = countConversations(after, scenario);
  assert(conversations >= 20 && conversations <= 120, `${conversations}`);
  assert.equal((await after.health()).ok, true);
  await trivialTurn({ ...scenario, store: after });
  await after.close();

  const old = await temporaryStore(t, { file: restored.replaced ?? '' });
  assert.equal(countConversations(old, scenario), 120);
});

test('what is no whole backup is never put in the place of a database', async (t) => {
  const file = await closedDatabase(t);
  const folder = temporaryFolder(t);
  const bad = join(folder, 'bad.db');
  const before = readFileSync(file);
  const attempt = (code: string) => assert.throws(() => restoreBackup({ backup: bad, file }), withCode(code));
  attempt('store_backup_refused');
  writeFileSync(bad, '');
  attempt('store_backup_refused');
  writeFileSync(bad, before.subarray(0, before.length / 2));
  attempt('store_corrupt');
  writeFileSync(bad, before);
  writeFileSync(`${bad}-wal`, 'a live database has a log');
  attempt('store_backup_refused');
  const foreign = join(folder, 'foreign.db');
  change(foreign, 'CREATE TABLE theirs (x)');
  assert.throws(() => restoreBackup({ backup: foreign, file }), withCode('store_foreign_file'));
  assert.deepEqual(readFileSync(file), before);
  assert.equal(existsSync(`${file}.restoring`), false);
  const store = await temporaryStore(t, { file });
  assert.equal((await store.health()).ok, true);
});

test('a damaged database can be replaced by a backup, and is kept', async (t) => {
  const file = await closedDatabase(t);
  const backup = join(temporaryFolder(t), 'copy.db');
  writeFileSync(backup, readFileSync(file));
  writeFileSync(file, 'rubbish'.repeat(1_000));
  writeFileSync(`${file}-wal`, 'its log');
  const { replaced } = restoreBackup({ backup, file });
  assert.equal(readFileSync(replaced ?? '', 'utf8'), 'rubbish'.repeat(1_000));
  const store = await temporaryStore(t, { file });
  assert.equal((await store.health()).ok, true);
});

test('a big database opens fast, and its check runs beside', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'brain.db');
  const store = await temporaryStore(t, { file });
  const scenario = await createScenario(store);
  const data = Buffer.alloc(70 * 1024 * 1024);
  const record = {
    id: scenario.ids('attachment'),
    owner: scenario.access.principal,
    name: 'big',
    mediaType: 'application/octet-stream',
    bytes: data.byteLength,
    sha256: createHash('sha256').update(data).digest('hex'),
    createdAt: new Date().toISOString(),
  };
  await store.putAttachment(scenario.access, record, data);
  await store.close();
  const again = await temporaryStore(t, { file });
  const details = new Set<string>();
  const deadline = Date.now() + 30_000;
  while (!details.has('intact')) {
    assert(Date.now() < deadline, [...details].join());
    details.add((await again.health()).detail);
  }
  assert.deepEqual([...details], ['being checked', 'intact']);
});

async function closedDatabase(t: TestContext): Promise<string> {
  const file = join(temporaryFolder(t), 'brain.db');
  const store = await openSqliteStore({ file });
  await trivialTurn(await createScenario(store));
  await store.close();
  return file;
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function countConversations(store: Scenario['store'], scenario: Scenario): number {
  return store.listConversations(scenario.access, { limit: 200 }).items.length;
}
