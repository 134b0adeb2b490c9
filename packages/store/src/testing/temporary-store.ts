import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Store } from '@bakerst/shared/store';
import { openSqliteStore, type SqliteStoreOptions } from '../open-sqlite-store.ts';
import { createScenario, type Scenario } from './scenario.ts';

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store of its own, closed and removed when the test ends. */
export async function temporaryStore(
  t: TestContext,
  options: Omit<SqliteStoreOptions, 'file'> & { readonly file?: string } = {},
): Promise<Store> {
  const file = options.file ?? join(temporaryFolder(t), 'brain.db');
  const store = await openSqliteStore({ ...options, file });
  t.after(() => store.close());
  return store;
}

export async function temporaryScenario(
  t: TestContext,
  options: Omit<SqliteStoreOptions, 'file'> = {},
): Promise<Scenario> {
  return createScenario(await temporaryStore(t, options));
}

/** For `assert.rejects` and `assert.throws`: that very code, and a remedy. */
export function withCode(code: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof Error &&
    'code' in error &&
    error.code === code &&
    'remedy' in error &&
    typeof error.remedy === 'string' &&
    error.remedy.length > 0;
}
