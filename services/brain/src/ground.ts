import { join } from 'node:path';
import { openFileAuditLog } from '@bakerst/audit-storage/file-audit-log';
import { LocalBusHub } from '@bakerst/bus/local-bus';
import type { AuditEvent, AuditLog } from '@bakerst/shared/audit';
import type { Bus } from '@bakerst/shared/bus';
import { createIdSource, type IdSource } from '@bakerst/shared/ids';
import type { Store } from '@bakerst/shared/store';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';
import type { Logger } from 'pino';
import type { Closers } from './closers.ts';
import type { LoadedConfig } from './config.ts';
import { openLog } from './open-log.ts';
import { OutboxRelay } from './turn/outbox-relay.ts';

/** What everything else in the brain stands on. */
export interface Ground {
  readonly config: LoadedConfig;
  readonly log: Logger;
  readonly ids: IdSource;
  readonly now: () => number;
  /** Id of this run of the brain: owner of leases, actor of its steps. */
  readonly instance: string;
  readonly store: Store;
  readonly audit: AuditLog;
  readonly relay: OutboxRelay;
  readonly bus: Bus;
  /** Makes a complete event; the caller puts it into an outbox. */
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
}

export interface GroundOptions {
  readonly config: LoadedConfig;
  readonly show: (line: string) => void;
}

/** Opens the log, the database, the audit file and the bus. What was opened before a failure is closed by the caller. */
export async function openGround({ config, show }: GroundOptions, closers: Closers): Promise<Ground> {
  const { home, settings } = config;
  const { log, close } = openLog({ home, level: settings.log.level, show });
  closers.add('log', close);
  const now = Date.now;
  const ids = createIdSource(now);
  const store = await openSqliteStore({ file: join(home, 'bakerst.db') });
  closers.add('store', () => store.close());
  const audit = await openFileAuditLog({
    file: join(home, 'audit.jsonl'),
    now: () => new Date(now()).toISOString(),
  });
  closers.add('audit', () => audit.close());
  const relay = new OutboxRelay({ store, audit, log });
  closers.add('outbox', () => relay.close());
  const hub = new LocalBusHub((error, subject) =>
    log.error({ err: error, subject }, 'A bus handler failed.'),
  );
  const bus = hub.connect('brain');
  closers.add('bus', () => bus.close());
  const auditEvent: Ground['auditEvent'] = (event) => ({
    v: 1,
    id: ids('auditEvent'),
    at: new Date(now()).toISOString(),
    ...event,
  });
  return { config, log, ids, now, instance: ids('brain'), store, audit, relay, bus, auditEvent };
}

/** An event that belongs to no other state change. */
export async function recordEvent(
  ground: Ground,
  type: AuditEvent['type'],
  body: AuditEvent['body'],
): Promise<void> {
  const { instance, store, relay } = ground;
  await store.enqueueOutbox([ground.auditEvent({ type, actor: instance, onBehalfOf: instance, body })]);
  relay.wake();
}
