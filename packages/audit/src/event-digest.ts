import { createHash } from 'node:crypto';
import type { AuditEvent } from '@bakerst/shared/audit';
import canonicalize from 'canonicalize';
import { auditError } from './errors.ts';

/** The most a leaf of the log may hold, in bytes of canonical JSON. */
export const MAX_EVENT_BYTES = 65_535;

export interface SealedEvent {
  readonly event: AuditEvent;
  /** RFC 8785 canonical JSON, UTF-8. */
  readonly bytes: Buffer;
  /** SHA-256 of `bytes`, hex: what a receipt names and the tool path compares. */
  readonly digest: string;
}

/**
 * The exact bytes by which an event enters the log, with their digest.
 * @throws CodedError `audit_event_too_large`, `audit_event_invalid` (not representable as canonical JSON).
 */
export function sealEvent(event: AuditEvent): SealedEvent {
  const bytes = canonicalBytes(event);
  if (bytes.length > MAX_EVENT_BYTES) {
    throw auditError({
      code: 'audit_event_too_large',
      message: `Audit event ${event.id} has ${bytes.length} bytes; at most ${MAX_EVENT_BYTES} are allowed.`,
      remedy: 'Put a digest of the large value into the event in place of the value.',
    });
  }
  return { event, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

function canonicalBytes(event: AuditEvent): Buffer {
  try {
    return Buffer.from(canonicalize(event) ?? '', 'utf8');
  } catch (cause) {
    throw auditError({
      code: 'audit_event_invalid',
      message: `Audit event ${event.id} cannot be written as JSON.`,
      remedy: 'This is a defect: report it with the event type.',
      cause,
    });
  }
}
