import type { AuditEvent } from '../audit.ts';
import type { Grant, Stop } from '../guard.ts';
import type { Access } from '../identity.ts';

/** The kill switch. Rows are never deleted: a stop that was lifted stays on record. */
export interface StopStore {
  /**
   * A conversation is stopped by its owner, everything else with the scope `admin` (`store_not_found` and
   * `store_misuse` otherwise). Where the same is stopped already, that stop is given back and nothing is written.
   */
  putStop(access: Access, stop: Stop, outbox: readonly AuditEvent[]): Promise<Stop>;
  /** By whoever may put it; lifting what was lifted changes and reports nothing. */
  liftStop(access: Access, id: string, outbox: readonly AuditEvent[]): Promise<void>;
  /** Those in force, oldest first: of tools, servers and everything all, of conversations the caller's own. */
  listStops(access: Access): readonly Stop[];
}

/** Values that a person accepts for longer than a request. Made by `decideApproval` alone; rows are never deleted. */
export interface GrantStore {
  /** Revoking what is revoked already changes and reports nothing. */
  revokeGrant(access: Access, id: string, outbox: readonly AuditEvent[]): Promise<void>;
  /** The caller's, newest first. With `liveAt` (ISO 8601) only those that count then. */
  listGrants(access: Access, filter: { readonly liveAt?: string; readonly limit: number }): readonly Grant[];
}
