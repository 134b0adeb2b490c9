import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUS_PERMISSIONS, subjects } from '@bakerst/shared/subjects';
import { ROOT } from './running/brain-process.ts';

const built = Object.values(subjects)
  .map((build) => build('*'))
  .sort();
const rows = readFileSync(join(ROOT, 'docs/subjects.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, subject, , publishes, subscribes] = line.split('|').map((cell) => cell.trim());
    return subject?.startsWith('`') ? [{ subject: subject.replaceAll('`', ''), publishes, subscribes }] : [];
  });

test('docs/subjects.md lists exactly the subjects that are built', () => {
  assert.deepEqual(rows.map((row) => row.subject).sort(), built);
});

test('the permission table names subjects that are built, and the page says who may use each', () => {
  for (const [identity, { publish, subscribe }] of Object.entries(BUS_PERMISSIONS)) {
    for (const subject of [...publish, ...subscribe])
      assert.ok(built.includes(subject), `${identity}: ${subject}`);
    for (const row of rows) {
      assert.equal(
        row.publishes?.includes(identity),
        publish.some((one) => one === row.subject),
        row.subject,
      );
      assert.equal(
        row.subscribes?.includes(identity),
        subscribe.some((one) => one === row.subject),
        row.subject,
      );
    }
  }
});
