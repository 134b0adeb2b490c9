import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AuditEvent } from '@bakerst/shared/audit';
import { isCoded } from '@bakerst/shared/coded-error';
import { openFileAuditLog } from './file-audit-log.ts';

const at = '2026-01-01T00:00:00.000Z';
const event = (id: string, n = 1): AuditEvent => ({
  v: 1,
  type: 'system.started',
  id,
  at,
  actor: 'brain',
  onBehalfOf: 'brain',
  body: { n },
});

async function fileOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-audit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'audit.jsonl');
}

const openLog = (file: string) => openFileAuditLog({ file, now: () => at });

test('a receipt names the place and the digest that the file holds', async (t) => {
  const file = await fileOf(t);
  const log = await openLog(file);
  const receipts = await Promise.all(Array.from({ length: 50 }, (_, n) => log.append(event(`evt_${n}`))));
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    receipts.map((receipt) => [receipt.index, receipt.digest]),
    lines.map((line) => [line.index, line.digest]),
  );
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(receipts[0]?.assurance, 'not tamper-evident');
  await log.close();
});

test('the same event again has the first receipt, also within a batch and after a restart', async (t) => {
  const file = await fileOf(t);
  const log = await openLog(file);
  const [first, twin] = await Promise.all([log.append(event('evt_a')), log.append(event('evt_a'))]);
  assert.deepEqual(first, twin);
  await log.close();
  const again = await openLog(file);
  assert.deepEqual(await again.append(event('evt_a')), first);
  assert.equal((await again.append(event('evt_b'))).index, 1);
  await again.close();
});

test('the same id with other content has no receipt', async (t) => {
  const log = await openLog(await fileOf(t));
  await log.append(event('evt_a', 1));
  await assert.rejects(log.append(event('evt_a', 2)), (error) => isCoded(error, 'audit_conflict'));
  await log.close();
});

test('a torn last line is cut off and its event can be appended again', async (t) => {
  const file = await fileOf(t);
  const log = await openLog(file);
  await log.append(event('evt_a'));
  await log.append(event('evt_b'));
  await log.close();
  const { size } = await stat(file);
  for (const cut of [1, 7, 100]) {
    await truncate(file, size - cut);
    const again = await openLog(file);
    assert.equal((await again.append(event('evt_b'))).index, 1);
    await again.close();
    assert.equal((await readFile(file, 'utf8')).trimEnd().split('\n').length, 2);
  }
});

test('a file with foreign lines is refused, not appended to', async (t) => {
  const file = await fileOf(t);
  await appendFile(file, 'hello\n');
  await assert.rejects(openLog(file), (error) => isCoded(error, 'audit_file_damaged'));
});

test('a log that cannot be written gives no receipt and says so', async () => {
  const log = await openFileAuditLog({ file: '/dev/full', now: () => at });
  await assert.rejects(
    log.append(event('evt_a')),
    (error) => isCoded(error, 'audit_unavailable') && error.retryable,
  );
  await assert.rejects(openLog('/nonexistent/folder/audit.jsonl'), (error) =>
    isCoded(error, 'audit_unavailable'),
  );
});

test('a closed log refuses', async (t) => {
  const log = await openLog(await fileOf(t));
  await log.close();
  await assert.rejects(log.append(event('evt_a')), (error) => isCoded(error, 'audit_unavailable'));
});
