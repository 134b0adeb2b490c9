import { z } from 'zod';
import { Effect, Grant, JudgedValue, PlannedCall, Reason, Stop, Verdict } from '../guard.ts';
import { Confidentiality, Label } from '../labels.ts';
import { PolicyProblem, Profile, ToolPolicy } from '../policy.ts';
import { Approval } from './conversations.ts';

/**
 * `GET /api/v1/approvals/{id}`: one approval with what is needed to decide it. The nonce is of this showing: a decision
 * names it, so that nothing can be decided that was not shown.
 */
export const ApprovalDetail = Approval.extend({
  nonce: z.string(),
  /** Absent where the caller may decide; else why not, with the remedy. */
  obstacle: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
  /** True where the last decisions were too quick: the destination shown on the card must be typed. */
  typing: z.boolean(),
  /** Other open approvals of the same turn and effect: they can be decided on one page, item by item. */
  together: z.array(z.string()),
}).meta({ id: 'ApprovalDetail' });
export type ApprovalDetail = z.infer<typeof ApprovalDetail>;

/** `POST /api/v1/approvals/{id}/decision`, scope `approve`. Digest and nonce are the ones the person was shown. */
export const DecideApprovalRequest = z
  .strictObject({
    decision: z.enum(['approved', 'denied']),
    digest: z.string().max(128),
    nonce: z.string().max(200),
    /** The agent reads it. */
    reason: z.string().max(2_000).optional(),
    /** Names of the card's values that count for the rest of this request. */
    endorse: z.array(z.string().max(300)).max(100).optional(),
    /** The same for longer: at most 30 days, never for money, exec or admin. */
    remember: z
      .strictObject({ names: z.array(z.string().max(300)).min(1).max(100), days: z.int().min(1).max(30) })
      .optional(),
    /** The destination, where `typing` asked for it. */
    typed: z.string().max(2_000).optional(),
    /** Fresh proof where the card says `stepUp`: an API token of the same person that holds `approve`. */
    proof: z.strictObject({ token: z.string().min(1).max(500) }).optional(),
  })
  .meta({ id: 'DecideApprovalRequest' });
export type DecideApprovalRequest = z.infer<typeof DecideApprovalRequest>;

/** `GET /api/v1/grants`, `DELETE /api/v1/grants/{id}`. */
export const GrantList = z.object({ items: z.array(Grant) }).meta({ id: 'GrantList' });

/** `GET /api/v1/stops`, `DELETE /api/v1/stops/{id}`: the kill switch. */
export const StopList = z.object({ items: z.array(Stop) }).meta({ id: 'StopList' });
/** `POST /api/v1/stops`. A conversation by its owner; tools, servers and everything by `admin`. */
export const CreateStopRequest = z
  .strictObject({
    scope: Stop.shape.scope,
    target: z.string().max(200).default(''),
    reason: z.string().max(500).optional(),
  })
  .meta({ id: 'CreateStopRequest' });
export type CreateStopRequest = z.infer<typeof CreateStopRequest>;
/** What was stopped. Chat goes on: messages are still answered, only tools are refused. */
export const CreatedStop = Stop.extend({
  /** Turns that were cancelled, with their open approvals. */
  cancelledTurns: z.int(),
  /** What goes on and what does not, in words. */
  note: z.string(),
}).meta({ id: 'CreatedStop' });
export type CreatedStop = z.infer<typeof CreatedStop>;

/** `GET /api/v1/policy`: the policy in force. */
export const PolicyView = z
  .object({
    hash: z.string(),
    text: z.string(),
    profile: Profile,
    /** `missing`: there is none, or the first one was invalid: everything but reads is denied. */
    source: z.enum(['file', 'built-in', 'missing']),
    path: z.string().optional(),
    /** False where the file cannot be changed from here (a ConfigMap, another owner). */
    writable: z.boolean(),
    loadedAt: z.string(),
    /** Of a newer text that was refused: the one above stays in force. */
    problems: z.array(PolicyProblem),
    /** The rules in words, for people. */
    words: z.array(z.object({ title: z.string(), lines: z.array(z.string()) })),
  })
  .meta({ id: 'PolicyView' });
export type PolicyView = z.infer<typeof PolicyView>;

/** `POST /api/v1/policy/check`. */
export const CheckPolicyRequest = z
  .strictObject({ text: z.string().max(1_000_000) })
  .meta({ id: 'CheckPolicyRequest' });
export const CheckPolicyResult = z
  .object({ ok: z.boolean(), hash: z.string().optional(), problems: z.array(PolicyProblem) })
  .meta({ id: 'CheckPolicyResult' });
export type CheckPolicyResult = z.infer<typeof CheckPolicyResult>;

/** `PUT /api/v1/policy`, scope `admin`: replaces the file if it is still the one with `expectedHash`. */
export const PutPolicyRequest = z
  .strictObject({ expectedHash: z.string().max(128), text: z.string().max(1_000_000) })
  .meta({ id: 'PutPolicyRequest' });

/** `POST /api/v1/policy/test`: which recorded calls would get another verdict. Without `text`: the policy in force. */
export const TestPolicyRequest = z
  .strictObject({
    text: z.string().max(1_000_000).optional(),
    /** Newest conversations that are replayed. */
    conversations: z.int().min(1).max(1_000).default(100),
  })
  .meta({ id: 'TestPolicyRequest' });
export const ChangedVerdict = z.object({
  conversation: z.string(),
  turn: z.string(),
  call: z.string(),
  tool: z.string(),
  at: z.string(),
  before: z.enum(['allow', 'ask', 'deny']),
  after: z.enum(['allow', 'ask', 'deny']),
  reasons: z.array(Reason),
});
export const TestPolicyResult = z
  .object({
    conversations: z.int(),
    calls: z.int(),
    changed: z.array(ChangedVerdict),
    /** Calls by verdict, before and after. */
    counts: z.object({
      before: z.record(z.enum(['allow', 'ask', 'deny']), z.int()),
      after: z.record(z.enum(['allow', 'ask', 'deny']), z.int()),
    }),
  })
  .meta({ id: 'TestPolicyResult' });
export type TestPolicyResult = z.infer<typeof TestPolicyResult>;

/** `GET /api/v1/policy/history`: which policy was in force since when, newest first. */
export const PolicyHistory = z
  .object({
    items: z.array(
      z.object({
        hash: z.string(),
        at: z.string(),
        author: z.string(),
        how: z.enum(['start', 'file', 'api']),
      }),
    ),
  })
  .meta({ id: 'PolicyHistory' });

/** `GET /api/v1/calls/{call}/explanation`: a verdict made again from what is recorded, under the policy of then. */
export const CallExplanation = z
  .object({
    call: z.string(),
    turn: z.string(),
    conversation: z.string(),
    at: z.string(),
    tool: z.string(),
    server: z.string(),
    effect: Effect,
    arguments: z.record(z.string(), z.unknown()),
    verdict: Verdict,
    label: Label,
    tainted: z.boolean(),
    values: z.array(JudgedValue),
    plan: z.object({ by: z.enum(['model', 'words', 'none']), calls: z.array(PlannedCall) }),
    rules: z.array(z.object({ rule: z.string(), said: z.enum(['allow', 'ask', 'deny', 'nothing']) })),
    policyHash: z.string(),
    /** False where the policy of then is not kept any more: then the verdict is shown as recorded, without the rest. */
    replayed: z.boolean(),
  })
  .meta({ id: 'CallExplanation' });
export type CallExplanation = z.infer<typeof CallExplanation>;

/** One tool of a server, for the person who accepts it. */
export const ToolReview = z.object({
  /** The server's own name for it. */
  name: z.string(),
  /** The registry's name. */
  tool: z.string(),
  state: z.enum(['accepted', 'changed', 'unknown', 'unpinnable']),
  pin: z.string().optional(),
  description: z.string(),
  /** What is in force. */
  accepted: ToolPolicy.optional(),
  /** Guessed from names and the server's hints; nothing of it is in force. */
  proposal: ToolPolicy,
  /** What has changed since it was accepted, line by line; a `?` line is one whose former text is not kept. */
  diff: z
    .array(z.object({ kind: z.enum(['same', 'removed', 'added', 'unknown']), text: z.string() }))
    .optional(),
});
export type ToolReview = z.infer<typeof ToolReview>;

/** `GET /api/v1/mcp-servers/{name}/review`. */
export const ServerReview = z
  .object({
    server: z.string(),
    clearance: Confidentiality,
    /** True where the policy says it; else it is the default for where the server runs. */
    clearanceSet: z.boolean(),
    tools: z.array(ToolReview),
    /** Accepted once, but not offered now. */
    gone: z.array(z.string()),
  })
  .meta({ id: 'ServerReview' });
export type ServerReview = z.infer<typeof ServerReview>;

/** `POST /api/v1/mcp-servers/{name}/accept`, scope `admin`: writes pins, effects and roles into the policy. */
export const AcceptServerRequest = z
  .strictObject({
    expectedHash: z.string().max(128),
    clearance: Confidentiality.optional(),
    tools: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(256),
          policy: ToolPolicy.omit({ pin: true }),
          pin: z.string(),
        }),
      )
      .max(256)
      .default([]),
    /** Takes back what was accepted: the tools are unknown again. */
    withdraw: z.array(z.string().max(256)).max(256).default([]),
  })
  .meta({ id: 'AcceptServerRequest' });
export type AcceptServerRequest = z.infer<typeof AcceptServerRequest>;
