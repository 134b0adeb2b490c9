import { z } from 'zod';

/** Event types are a closed taxonomy; a new one is added here, with its schema, and in docs/audit-events.md. */
export const AuditEventType = z.enum([
  'auth.login_succeeded',
  'auth.login_failed',
  'auth.logout',
  'auth.login_code_created',
  'auth.token_created',
  'auth.token_revoked',
  'auth.denied',
  'tool.decided',
  'tool.intended',
  'tool.ended',
  'approval.requested',
  'approval.decided',
  'grant.created',
  'grant.revoked',
  'policy.changed',
  'policy.refused',
  'policy.accepted',
  'secret.read',
  'admin.config_changed',
  'admin.conversation_deleted',
  'admin.conversation_exported',
  'admin.stopped',
  'admin.resumed',
  'admin.person_created',
  'llm.call_started',
  'llm.call_ended',
  'budget.refused',
  'budget.overdrawn',
  'system.started',
  'system.stopped',
]);
export type AuditEventType = z.infer<typeof AuditEventType>;

/**
 * One audit event, version 1. `body` never holds a secret, a prompt or a tool argument: only ids, digests, names,
 * numbers and outcomes. At most 65,535 bytes as canonical JSON.
 */
export const AuditEvent = z.object({
  v: z.literal(1),
  type: AuditEventType,
  id: z.string(),
  at: z.string(),
  actor: z.string(),
  onBehalfOf: z.string(),
  conversation: z.string().optional(),
  turn: z.string().optional(),
  step: z.string().optional(),
  body: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** Proof that an event is durable in the log. The tool path compares `digest` before it lets a tool run. */
export const Receipt = z.object({
  event: z.string(),
  /** SHA-256 (hex) of the event's RFC 8785 canonical JSON. */
  digest: z.string(),
  /** Position in the log, from 0. */
  index: z.int().nonnegative(),
  /** What kind of log gave it. The local file can be rewritten by its owner and says so. */
  assurance: z.enum(['not tamper-evident', 'tamper-evident']),
});
export type Receipt = z.infer<typeof Receipt>;

/**
 * Append-only. A resolved `append` means: on disk. The same id with the same bytes returns the first receipt; with
 * other bytes it rejects (`audit_conflict`). A full disk rejects (`audit_unavailable`, retryable) and effects stop.
 */
export interface AuditLog {
  readonly assurance: Receipt['assurance'];
  append(event: AuditEvent): Promise<Receipt>;
  close(): Promise<void>;
}
