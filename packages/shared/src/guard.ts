import { z } from 'zod';
import type { Label } from './labels.ts';
import { Label as LabelSchema } from './labels.ts';
import type { Step } from './steps.ts';
import type { ToolDefinition } from './tools.ts';

/** What a call does to the world, weakest first (design: effects). */
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

/**
 * What an argument refers to, looked up by the monitor itself (never by the model): a file, an event, a contact. Its
 * `version` is compared again right before the call runs.
 */
export const Referent = z.object({
  /** Path of the argument's leaf: `event_id`, `attachments[0].file_id`. */
  argument: z.string().max(300),
  /** The handle as the call gives it. */
  value: z.string().max(2_000),
  /** Name of the policy's `referents` entry. */
  kind: z.string().max(64),
  state: z.enum(['resolved', 'ambiguous', 'not_found', 'unresolvable']),
  /** Title that the query found, as the source writes it. */
  title: z.string().max(2_000).optional(),
  /** The user's words that were searched for. */
  words: z.string().max(2_000).optional(),
  /** `title`: its title is those words. `only`: it is the only thing that the search found. */
  match: z.enum(['title', 'only']).optional(),
  /** Titles of other things found, which hold the words too. */
  alike: z.array(z.string().max(200)).max(5).optional(),
  /** Other words that were searched for, and that name another thing of this kind. */
  others: z.array(z.string().max(2_000)).max(8).optional(),
  /** SHA-256 (hex) over the RFC 8785 form of the item found: its version. */
  version: z.string().optional(),
});
export type Referent = z.infer<typeof Referent>;

/** One leaf of the arguments, as the monitor sees it. */
export const JudgedValue = z.object({
  /** Path of the leaf: `recipients[0]`. */
  name: z.string(),
  /** In full; made visible where it holds hidden characters. */
  value: z.string(),
  /** Where it came from, in words: `your message: "... to ann@example.com"`, `only in: result of web__fetch`. */
  origin: z.string(),
  role: z.enum(['control', 'content']).optional(),
  /** What the value is for: `recipient`, `amount`. */
  slot: z.string().optional(),
  /** True where it has positive provenance in its slot. */
  proven: z.boolean().optional(),
  /** What a person could overlook: `mixed scripts`, `punycode: xn--...`, `hidden characters`. */
  marks: z.array(z.string()).optional(),
  /** May be endorsed for the rest of the request. */
  endorsable: z.boolean().optional(),
});
export type JudgedValue = z.infer<typeof JudgedValue>;

/** What the monitor shows a person who is asked. Written by the monitor, never by the model. */
export const ApprovalCard = z.object({
  title: z.string().max(200),
  tool: z.string(),
  server: z.string(),
  effect: Effect,
  /** Each value in full with its origin in words. */
  values: z.array(JudgedValue).max(100),
  /** The request in the user's own words, cut to 2,000 characters. */
  asked: z.string().max(2_100).optional(),
  /** What the model had read when it proposed the call. */
  label: LabelSchema.optional(),
  referents: z.array(Referent).max(50).optional(),
  /** Findings of the detector, walls that are missing, things that may change after approval. */
  warnings: z.array(z.string()).max(50).optional(),
  /** What must be typed where decisions were too quick; absent where nothing must. */
  destination: z.string().optional(),
  /** A second person decides, not the one who asked. */
  fourEyes: z.boolean().optional(),
  /** The decider must have signed in just now. */
  stepUp: z.boolean().optional(),
  /** The destination must be typed: this request has asked often. */
  typing: z.boolean().optional(),
});
export type ApprovalCard = z.infer<typeof ApprovalCard>;

export const Verdict = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('allow'), reasons: z.array(Reason) }),
  z.object({ decision: z.literal('ask'), reasons: z.array(Reason).min(1), card: ApprovalCard }),
  z.object({ decision: z.literal('deny'), reasons: z.array(Reason).min(1) }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** One call that the planner expects, made from the user's words alone. */
export const PlannedCall = z.object({
  /** Registry name of the tool. */
  tool: z.string().max(64),
  /** Most calls of it in this request. */
  most: z.int().min(1).max(50),
  /** For each control argument the span of the user's message it comes from, word for word. */
  slots: z.record(z.string().max(200), z.array(z.string().max(2_000)).max(50)).default({}),
});
export type PlannedCall = z.infer<typeof PlannedCall>;

/** Something secret in the arguments of a call; `isKnown` for a secret of this house or its name. */
export const LeakFound = z.object({
  path: z.string().max(300),
  kind: z.string().max(100),
  isKnown: z.boolean(),
});
export type LeakFound = z.infer<typeof LeakFound>;

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
  /** Recognises the same call again: same tool, pin and arguments. */
  readonly digest: string;
  /** What the monitor found for `guard.lookups`. */
  readonly referents?: readonly Referent[];
  /** Servers whose prose (descriptions, instructions) the model had read. */
  readonly prose?: readonly string[];
  /** Secrets found in the arguments: what they are and where, never what they say. */
  readonly leaks?: readonly LeakFound[];
  /** Where its server runs: `house` is neither outside nor able to reach it. Absent counts as `open`. */
  readonly reach?: 'house' | 'open';
}

/** Something that a person has stopped. `target` is a conversation, tool or server; empty for everything. */
export const Stop = z.object({
  id: z.string(),
  scope: z.enum(['conversation', 'tool', 'server', 'everything']),
  target: z.string(),
  by: z.string(),
  at: z.string(),
  reason: z.string().max(500).optional(),
});
export type Stop = z.infer<typeof Stop>;

/** A value that a person accepts for a slot of a server for longer than one request. Never for money, exec, admin. */
export const Grant = z.object({
  id: z.string(),
  principal: z.string(),
  server: z.string(),
  slot: z.string(),
  value: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().optional(),
});
export type Grant = z.infer<typeof Grant>;

/** What one user message asks for, with what stands outside of the recorded steps. */
export interface GuardRequest {
  readonly turn: string;
  readonly conversation: string;
  readonly principal: string;
  /** True where nobody is there to be asked. */
  readonly unattended: boolean;
  /** In force when the calls were proposed. */
  readonly stops: readonly Stop[];
  readonly grants: readonly Grant[];
}

/** Everything observed so far, newest first; shared between contexts, never changed. */
export interface Past {
  readonly step: Step;
  /** Id of the turn the step belongs to. */
  readonly turn: string;
  readonly before: Past | undefined;
}

/** The facts a verdict rests on: a fold of recorded steps, so that every verdict can be replayed. */
export interface GuardContext {
  readonly request: GuardRequest;
  /** Join of everything the model had read when it proposed the call. */
  readonly label: Label;
  readonly past: Past | undefined;
}

/** A read that the monitor makes itself to find what an argument refers to. */
export interface Lookup {
  readonly argument: string;
  readonly value: string;
  readonly kind: string;
  /** The user's words that are searched for. */
  readonly words: string;
  /** Registry name of a tool whose effect is `read`. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Fields of an item of the answer: its handle and its title. */
  readonly id: string;
  readonly title: string;
  /** Only things with this value in this field can be meant. */
  readonly owner?: { readonly field: string; readonly value: string };
}

/** What the policy says of a tool that is offered now. */
export interface ToolStanding {
  readonly effect: Effect;
  /** May be run again under the same key after a crash. */
  readonly idempotent: boolean;
  /**
   * `core`: the house's own. `accepted`: a person accepted this very definition. `changed`: it differs from what was
   * accepted, and every call is refused. `unknown`: nobody has looked at it; external, and it taints.
   */
  readonly acceptance: 'core' | 'accepted' | 'changed' | 'unknown';
  /** Label of its results. */
  readonly results: Label;
  /** Who may learn what through this server. */
  readonly clearance: Label['confidentiality'];
}

/** One verdict with everything it rests on. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly standing: ToolStanding;
  readonly label: Label;
  /** True where untrusted content counts for this call. */
  readonly tainted: boolean;
  readonly values: readonly JudgedValue[];
  readonly plan: {
    readonly by: 'model' | 'words' | 'none';
    readonly calls: readonly PlannedCall[];
  };
  /** Rules in the order they were asked, with what each said. */
  readonly rules: readonly { readonly rule: string; readonly said: 'allow' | 'ask' | 'deny' | 'nothing' }[];
  readonly policyHash: string;
}

/**
 * The reference monitor. Pure and synchronous: no model, no I/O, no clock. Must not throw; a defect inside is a
 * deny. `policyHash` names the exact policy a verdict was made under.
 */
export interface Guard {
  readonly policyHash: string;
  /** The policy as text; `policyHash` is its SHA-256 (hex). */
  readonly policyText: string;
  /** What the policy says of a tool; the registry shows this, not what the tool's source claims. */
  standing(definition: ToolDefinition): ToolStanding;
  /** A tool in one line for the planner: name, effect, argument roles; no prose of its server. */
  describe(definition: ToolDefinition): string;
  begin(request: GuardRequest): GuardContext;
  /** Folds one recorded step of the conversation, oldest first; `turn` is the turn it belongs to. */
  observe(context: GuardContext, step: Step, turn: string): GuardContext;
  /** True where the verdict would rest on a plan that nobody has made yet: the brain then asks the planner. */
  wantsPlan(context: GuardContext, calls: readonly ProposedCall[]): boolean;
  /** The reads that tell what the call's arguments refer to. */
  lookups(context: GuardContext, call: ProposedCall): readonly Lookup[];
  decide(context: GuardContext, call: ProposedCall): Verdict;
  /** The effect that the verdict on it rests on: its tool's, or `external` where it would tell its server too much. */
  judgedEffect(context: GuardContext, call: ProposedCall): Effect;
  explain(context: GuardContext, call: ProposedCall): Explanation;
}
