import type { AuditEvent } from '@bakerst/shared/audit';
import type { IdSource } from '@bakerst/shared/ids';
import type { IdentityStore, OutboxStore } from '@bakerst/shared/store/system-store';

/** What identity needs of the brain. */
export interface IdentityParts {
  readonly store: IdentityStore & Pick<OutboxStore, 'enqueueOutbox'>;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
}
