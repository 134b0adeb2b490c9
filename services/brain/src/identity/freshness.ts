import type { CredentialRecord } from '@bakerst/shared/store/system-store';

export const FRESH_MS = 5 * 60_000;

/**
 * Whether the person behind a session proved itself just now: with the start-up link, or with a token. A session
 * that another session opened is as old as that one, else a stolen session could make itself a fresh one.
 */
export function isFreshSession(record: CredentialRecord, now: number): boolean {
  if (record.kind !== 'session') return false;
  const age = now - Date.parse(provenAt(record));
  return age >= 0 && age <= FRESH_MS;
}

/** When the person behind a credential last proved itself. */
export function provenAt(record: CredentialRecord): string {
  return record.provenAt ?? record.createdAt;
}
