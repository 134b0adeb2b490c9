import { z } from 'zod';
import { MessagePart, ModelPart, StopReason, ToolResultPart, Usage } from './content.ts';
import { sharedError } from './errors.ts';
import { Effect, LeakFound, PlannedCall, Referent, Verdict } from './guard.ts';
import { Label } from './labels.ts';

/**
 * A turn is its recorded steps. They are only ever appended, and everything else (what to do next, what the model
 * reads, what a person sees) is a fold over them. A schema that has been released never changes: a new version is
 * added beside it and `parseStep` lifts the old one.
 */
const common = {
  v: z.literal(1),
  id: z.string(),
  /** ISO 8601, UTC, milliseconds. */
  at: z.string(),
  actor: z.string(),
  onBehalfOf: z.string(),
};

export const MessageReceived = z.object({
  ...common,
  type: z.literal('message_received'),
  message: z.string(),
  author: z.string(),
  parts: z.array(MessagePart).min(1),
  /** Label of the `words` parts; everything else in the message is untrusted. */
  label: Label,
  /** Settings of this turn alone, as accepted. */
  options: z
    .object({
      model: z.string().optional(),
      /** Tools an API client brought: handed back to it, never run here. */
      clientTools: z
        .array(z.object({ name: z.string(), description: z.string(), parameters: z.unknown() }))
        .optional(),
      maxOutputTokens: z.int().positive().optional(),
      unattended: z.boolean().optional(),
    })
    .default({}),
});

export const ModelStarted = z.object({
  ...common,
  type: z.literal('model_started'),
  call: z.string(),
  attempt: z.int().positive(),
  /** `agent`: the turn's own answer. `observer`: a summary made for compaction. `planner`: what the words ask for. */
  role: z.enum(['agent', 'worker', 'observer', 'reflector', 'planner']),
  /** `<provider>/<model>` as configured. */
  model: z.string(),
  holdMicros: z.int().nonnegative(),
  /** Join of every part of the prompt. */
  label: Label,
  /** SHA-256 of the prompt files and of the tool list that went in: stored by content hash. */
  promptHash: z.string(),
  toolsHash: z.string(),
  estimatedInputTokens: z.int().nonnegative(),
});

export const ModelEnded = z.object({
  ...common,
  type: z.literal('model_ended'),
  call: z.string(),
  attempt: z.int().positive(),
  /** `interrupted`: the brain died in between; the answer is not known and the call is made again. */
  outcome: z.enum(['completed', 'failed', 'aborted', 'interrupted']),
  /** The complete response; for `aborted` and `failed` what had been streamed until then. */
  parts: z.array(ModelPart),
  stopReason: StopReason.optional(),
  /** What the provider says answered. */
  reportedModel: z.string().optional(),
  usage: Usage,
  /** `estimated` where the provider reported no usage (a cut stream): charged from our own count, upwards. */
  usageSource: z.enum(['reported', 'estimated']),
  costMicros: z.int().nonnegative(),
  unmetered: z.boolean().optional(),
  label: Label,
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
  firstTokenMs: z.number().nonnegative().optional(),
  durationMs: z.number().nonnegative(),
});

export const ToolDecided = z.object({
  ...common,
  type: z.literal('tool_decided'),
  call: z.string(),
  tool: z.string(),
  server: z.string(),
  effect: Effect,
  /** What the call was judged as, where that is more than its tool's effect: a read by a server that may not know. */
  judged: Effect.optional(),
  pin: z.string().optional(),
  /** Parsed and validated; the raw text stays in `model_ended`. Absent where it could not be parsed. */
  arguments: z.record(z.string(), z.unknown()).optional(),
  /** SHA-256 over the RFC 8785 JSON of {v, principal, conversation, turn, call, server, tool, pin, arguments, referents}. */
  digest: z.string(),
  /** The same without turn and call: recognises "the same call again". */
  sameCallDigest: z.string(),
  /** The handler may be run again under the same key after a crash. From a core definition or operator policy. */
  idempotent: z.boolean(),
  /** Set where the call never reached the guard: it is answered with this problem. */
  problem: z
    .object({
      code: z.enum(['unknown_tool', 'bad_arguments', 'tool_unavailable', 'client_tool']),
      message: z.string(),
    })
    .optional(),
  verdict: Verdict,
  label: Label,
  policyHash: z.string(),
  /** What the monitor found the arguments to refer to. */
  referents: z.array(Referent).optional(),
  /** Tools that the monitor called itself to find that out. */
  lookedUp: z.array(z.string().max(200)).max(64).optional(),
  /** Servers whose prose the model had read. */
  prose: z.array(z.string()).optional(),
  /** Secrets found in the arguments; a known one is taken out of `arguments`, and the call is denied. */
  leaks: z.array(LeakFound).max(100).optional(),
  /** Where the tool's server runs. */
  reach: z.enum(['house', 'open']).optional(),
});

export const ApprovalRequested = z.object({
  ...common,
  type: z.literal('approval_requested'),
  approval: z.string(),
  call: z.string(),
  digest: z.string(),
  expiresAt: z.string(),
  /** A second person decides: the ask is shown to everybody who may approve, and the one who asked cannot decide it. */
  fourEyes: z.boolean().optional(),
});

export const ApprovalDecided = z.object({
  ...common,
  type: z.literal('approval_decided'),
  approval: z.string(),
  call: z.string(),
  decision: z.enum(['approved', 'denied', 'expired', 'withdrawn']),
  reason: z.string().max(2_000).optional(),
  /** Names of the card's values that count for the rest of the request, in the slot and server they were shown for. */
  endorsed: z.array(z.string()).max(100).optional(),
  /** How the person proved itself: the credential, and whether it was fresh. */
  proof: z
    .object({ via: z.enum(['token', 'session', 'system']), credential: z.string(), fresh: z.boolean() })
    .optional(),
});

export const ToolIntended = z.object({
  ...common,
  type: z.literal('tool_intended'),
  call: z.string(),
  approval: z.string().optional(),
  /** The audit event whose receipt must exist before the tool runs. */
  event: z.string(),
  digest: z.string(),
  /** Tools that the monitor called to see whether what the call refers to is still the same. */
  lookedUp: z.array(z.string().max(200)).max(64).optional(),
});

export const ToolStarted = z.object({
  ...common,
  type: z.literal('tool_started'),
  call: z.string(),
  /** Digest of the intent event as the audit log acknowledged it; absent for reads, whose events may wait. */
  receipt: z.string().optional(),
});

export const ToolEnded = z.object({
  ...common,
  type: z.literal('tool_ended'),
  call: z.string(),
  outcome: z.enum(['ok', 'error', 'denied', 'unknown']),
  /** What the model reads. */
  content: z.array(ToolResultPart),
  label: Label,
  truncated: z.object({ bytes: z.int().nonnegative(), keptBytes: z.int().nonnegative() }).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** The result as data, where its source gave it so and it is small: fields the policy declares are read from it. */
  structured: z.unknown().optional(),
  /** Secrets taken out before anybody read it. */
  redacted: z.int().nonnegative().optional(),
  /** What the detector found suspicious, in words. It may only tighten. */
  findings: z.array(z.string().max(500)).max(20).optional(),
  /** Tools that the monitor called right before it ran, or was refused, to see what it refers to. */
  lookedUp: z.array(z.string().max(200)).max(64).optional(),
  durationMs: z.number().nonnegative(),
});

export const PlanMade = z.object({
  ...common,
  type: z.literal('plan_made'),
  /** The planner's model call; absent where no model could be asked, which leaves the plan to the words alone. */
  call: z.string().optional(),
  calls: z.array(PlannedCall).max(50),
  label: Label,
});

export const ContextCompacted = z.object({
  ...common,
  type: z.literal('context_compacted'),
  /** Tool results whose content is left out of the context from here on. */
  trimmedCalls: z.array(z.string()),
  /** Turns up to and including this id are replaced by `summary`. */
  throughTurn: z.string().optional(),
  turnsSummarised: z.int().nonnegative(),
  summary: z.string().optional(),
  /** Same-call digests of calls with an unknown outcome among what is left out: they still always ask. */
  unknownDigests: z.array(z.string()),
  label: Label,
  tokensBefore: z.int().nonnegative(),
  tokensAfter: z.int().nonnegative(),
});

export const TurnEnded = z.object({
  ...common,
  type: z.literal('turn_ended'),
  status: z.enum(['completed', 'failed', 'cancelled']),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
});

export const Step = z.discriminatedUnion('type', [
  MessageReceived,
  ModelStarted,
  ModelEnded,
  ToolDecided,
  ApprovalRequested,
  ApprovalDecided,
  ToolIntended,
  ToolStarted,
  ToolEnded,
  PlanMade,
  ContextCompacted,
  TurnEnded,
]);
export type Step = z.infer<typeof Step>;
export type StepType = Step['type'];
export type StepOf<T extends StepType> = Extract<Step, { type: T }>;

/** A step with its place in the turn: `seq` counts from 1 without gaps. */
export interface RecordedStep {
  readonly seq: number;
  readonly step: Step;
}

/**
 * Reads a stored step of any released version and lifts it to the current one.
 * @throws CodedError `unknown_record_version` for a type or version this release does not know (the turn is then
 *   parked, not guessed at), `malformed_record` where the schema does not hold.
 */
export function parseStep(raw: unknown): Step {
  const head = z.object({ v: z.int(), type: z.string() }).safeParse(raw);
  if (!head.success) {
    throw sharedError({
      code: 'malformed_record',
      message: 'A stored step has no type and version.',
      remedy: 'Run `bakerst doctor`; restore the database from a backup if the integrity check fails.',
    });
  }
  if (head.data.v !== 1 || !KNOWN_TYPES.has(head.data.type)) {
    throw sharedError({
      code: 'unknown_record_version',
      message: `This release cannot read a step ${head.data.type} v${head.data.v}.`,
      remedy: 'It was written by a newer release: upgrade this brain.',
    });
  }
  const parsed = Step.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw sharedError({
    code: 'malformed_record',
    message: `A stored step ${head.data.type} does not match its schema: ${z.prettifyError(parsed.error)}`,
    remedy: 'Run `bakerst doctor`; restore the database from a backup if the integrity check fails.',
  });
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(Step.options.map((option) => option.shape.type.value));
