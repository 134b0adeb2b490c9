import { z } from 'zod';
import type { Label } from './labels.ts';

export const Effect = z.enum([
  'read',
  'read-open',
  'write-private',
  'destructive',
  'external',
  'money',
  'exec',
  'admin',
]);
export type Effect = z.infer<typeof Effect>;

export const Reason = z.object({
  /** Stable name of the rule that fired. */
  rule: z.string().max(100),
  /** What it found, in one sentence for a person. */
  message: z.string().max(2_000),
  /** What would be needed for the call to go through. */
  remedy: z.string().max(2_000).optional(),
});
export type Reason = z.infer<typeof Reason>;

/** What the monitor shows a person who is asked. Written by the monitor, never by the model. */
export const ApprovalCard = z.object({
  title: z.string().max(200),
  tool: z.string(),
  server: z.string(),
  effect: Effect,
  /** Each control value in full with its origin in words. */
  values: z.array(z.object({ name: z.string(), value: z.string(), origin: z.string() })).max(100),
});
export type ApprovalCard = z.infer<typeof ApprovalCard>;

export const Verdict = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('allow'), reasons: z.array(Reason) }),
  z.object({ decision: z.literal('ask'), reasons: z.array(Reason).min(1), card: ApprovalCard }),
  z.object({ decision: z.literal('deny'), reasons: z.array(Reason).min(1) }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** A validated call as the guard sees it. */
export interface ProposedCall {
  readonly call: string;
  /** Model-facing name, unique in the registry: `write_note`, `files__read_file`. */
  readonly tool: string;
  /** `core` or the name of the MCP server. */
  readonly server: string;
  readonly effect: Effect;
  /** SHA-256 pin of the tool definition; absent while unpinned. */
  readonly pin?: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The facts a verdict rests on: a fold of recorded steps, so that every verdict can be replayed. */
export interface GuardContext {
  readonly turn: string;
  readonly conversation: string;
  readonly principal: string;
  /** Join of everything the model had read when it proposed the call. */
  readonly label: Label;
  /** Calls whose outcome is unknown (canonical digests): the same call always asks. */
  readonly unknownDigests: ReadonlySet<string>;
  /** True where nobody is there to be asked. */
  readonly unattended: boolean;
}

/** What the guard is told about what happened; it answers with the context that follows. */
export type GuardEvent =
  | { readonly type: 'result_observed'; readonly call: string; readonly label: Label }
  | { readonly type: 'outcome_unknown'; readonly call: string; readonly digest: string };

/**
 * The reference monitor. Pure and synchronous: no model, no I/O, no clock. Must not throw; a defect inside is a
 * deny. `policyHash` names the exact policy a verdict was made under.
 */
export interface Guard {
  readonly policyHash: string;
  /** The policy as text; `policyHash` is its SHA-256 (hex). */
  readonly policyText: string;
  decide(context: GuardContext, call: ProposedCall & { readonly digest: string }): Verdict;
  observe(context: GuardContext, event: GuardEvent): GuardContext;
}
