import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuditEvent } from '@bakerst/shared/audit';
import { type Access, ALL_SCOPES } from '@bakerst/shared/identity';
import { createIdSource } from '@bakerst/shared/ids';
import type { Store } from '@bakerst/shared/store';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';
import { PolicyKeeper } from '../policy/policy-keeper.ts';

export const BUILT_IN = '# built in\nversion: 1\n';

/** A keeper over a real store and a real folder; both go with the test. */
export interface PolicyHouse {
  readonly folder: string;
  readonly file: string;
  readonly store: Store;
  readonly keeper: PolicyKeeper;
  readonly access: Access;
  readonly warnings: readonly string[];
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  events(): readonly AuditEvent[];
  /** Resolves as soon as the keeper has changed so that this holds. */
  until(holds: (keeper: PolicyKeeper) => boolean): Promise<void>;
}

export interface PolicyHouseOptions {
  /** Named by the operator, so it has to be there. */
  readonly named?: boolean;
  readonly prepare?: (file: string) => void;
  /** Where in the folder the file is; default: `policy.yaml`. */
  readonly place?: string;
}

export async function openPolicyHouse(
  t: TestContext,
  options: PolicyHouseOptions = {},
): Promise<PolicyHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-policy-'));
  const file = join(folder, options.place ?? 'policy.yaml');
  const store = await openSqliteStore({ file: join(folder, 'brain.db') });
  options.prepare?.(file);
  const ids = createIdSource(Date.now);
  const warnings: string[] = [];
  const waiting = new Set<() => void>();
  const auditEvent: PolicyHouse['auditEvent'] = (event) => ({
    v: 1,
    id: ids('auditEvent'),
    at: new Date().toISOString(),
    ...event,
  });
  const principal = ids('principal');
  const person = { id: principal, kind: 'human', name: 'Ann', issuer: 'test', subject: 'ann' } as const;
  await store.ensurePrincipal(person);
  const keeper = new PolicyKeeper({
    place: { file, named: options.named ?? false, builtIn: BUILT_IN },
    store,
    now: Date.now,
    instance: ids('brain'),
    auditEvent,
    wakeRelay: () => undefined,
    warn: (message) => warnings.push(message),
    fail: (error) => {
      throw error;
    },
    onChange: () => {
      for (const look of waiting) look();
    },
    pollMs: 50,
  });
  t.after(async () => {
    await keeper.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    file,
    store,
    keeper,
    warnings,
    auditEvent,
    access: { principal, scopes: new Set(ALL_SCOPES), via: 'token', credential: 'tok_1' },
    events: () => store.readOutbox(1_000).map(({ event }) => event),
    until: (holds) => settled(waiting, () => holds(keeper)),
  };
}

function settled(waiting: Set<() => void>, holds: () => boolean): Promise<void> {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error('The policy did not become what was waited for.')), 10_000);
    const look = (): void => {
      if (!holds()) return;
      clearTimeout(late);
      waiting.delete(look);
      done();
    };
    waiting.add(look);
    look();
  });
}
