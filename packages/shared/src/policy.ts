import { z } from 'zod';
import { Effect } from './guard.ts';
import { Confidentiality, Integrity } from './labels.ts';

/**
 * The tool policy as data (`policy.yaml`): what each tool does, what its arguments are for, who may learn what, and the
 * operator's own rules. Everything that is not said here is the strictest: an unknown tool is `external`, an unknown
 * argument is `control`. docs/policy.md explains it.
 */
const slot = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower case letters, digits and hyphens');

/** How a value is compared with what the user wrote. */
export const ValueType = z.enum([
  'text',
  'email',
  'url',
  'iban',
  'number',
  'date',
  'datetime',
  'phone',
  'handle',
]);
export type ValueType = z.infer<typeof ValueType>;

export const ArgumentPolicy = z.strictObject({
  /** `control`: who, where, which, how much. `content`: what is said. */
  role: z.enum(['control', 'content']).default('control'),
  /** What it is for; arguments of one slot may share the same words. Default: the argument's name. */
  slot: slot.optional(),
  /** Default: by the look of the value. */
  type: ValueType.optional(),
  /** This value, and leaving the argument out, are safe. Without it, an argument that is left out is asked. */
  default: z.unknown().optional(),
  /** Values that are safe whoever chose them: `[read]`. */
  safe: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  /** A number above this is always asked. */
  max: z.number().optional(),
  /** Follows from another date argument: after it, and within so many minutes. */
  follows: z.strictObject({ argument: z.string(), withinMinutes: z.int().min(1).max(525_600) }).optional(),
  /** A handle of something that the monitor can look up: names under `referents`, one of which must find it. */
  refers: z.union([z.string(), z.array(z.string()).min(1).max(8)]).optional(),
  /** Names that objects below it may use whoever chose them, as its schema declares them: `[type, file_id]`. */
  keys: z.array(z.string().min(1).max(200)).max(200).optional(),
  /** Content of one line: a line break is asked. */
  line: z.literal('single').optional(),
});
export type ArgumentPolicy = z.infer<typeof ArgumentPolicy>;

/** Names under `referents` that an argument's handle may be found by. */
export function referentKinds({ refers }: Pick<ArgumentPolicy, 'refers'>): readonly string[] {
  if (refers === undefined) return [];
  return typeof refers === 'string' ? [refers] : refers;
}

export const ResultPolicy = z.strictObject({
  /** `trusted`: nobody outside can write into it. */
  integrity: Integrity.default('untrusted'),
  confidentiality: Confidentiality.default('internal'),
  /** Fields whose values give provenance, each for the slots named: `{own_iban: [sender]}`. Dots go deeper, lists are walked. */
  authoritative: z.record(z.string(), z.array(slot).min(1)).default({}),
});
export type ResultPolicy = z.infer<typeof ResultPolicy>;

export const ToolPolicy = z.strictObject({
  /** SHA-256 of the definition a person accepted; without it the server's tool stays unknown. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex')
    .optional(),
  effect: Effect,
  /** May be run again under the same key after a crash. */
  idempotent: z.boolean().default(false),
  /** How people ask for it: `pay`, `send * money`. Words in any form; without them, the words of its name. */
  intents: z.array(z.string().min(2).max(100)).max(50).optional(),
  arguments: z.record(z.string(), ArgumentPolicy).default({}),
  results: ResultPolicy.prefault({}),
});
export type ToolPolicy = z.infer<typeof ToolPolicy>;
/** The same as somebody writes it: what has a default may be left out. */
export type ToolPolicyInput = z.input<typeof ToolPolicy>;

/** A tool of the house has no pin, and its results carry labels of their own. */
export const CoreToolPolicy = ToolPolicy.omit({ pin: true, results: true });
export type CoreToolPolicy = z.infer<typeof CoreToolPolicy>;

export const ServerPolicy = z.strictObject({
  /** The most confidential thing it may learn. Default: `public` for what is outside or can reach it, else `internal`. */
  clearance: Confidentiality.optional(),
  /** By the server's own names. */
  tools: z.record(z.string(), ToolPolicy).default({}),
});
export type ServerPolicy = z.infer<typeof ServerPolicy>;

/** How the monitor finds what a title stands for: it asks `tool` for the user's words and looks for the handle. */
export const ReferentPolicy = z.strictObject({
  /** Registry name of a read. */
  tool: z.string(),
  /** Its argument that takes the words. */
  query: z.string(),
  /** Fields of an item of its result: the handle and the title. */
  id: z.string(),
  title: z.string(),
  /** Only items whose field has exactly this value can be meant: the person's own. */
  owner: z.strictObject({ field: z.string().min(1), value: z.string().min(1).max(2_000) }).optional(),
});
export type ReferentPolicy = z.infer<typeof ReferentPolicy>;

export const OperatorRule = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/, 'lower case letters, digits and hyphens'),
  /** CEL over `principal`, `tool`, `server`, `effect`, `integrity`, `confidentiality`, `unattended`, `args`. */
  when: z.string().min(1).max(4_000),
  /** A rule may only tighten. */
  verdict: z.enum(['ask', 'deny']),
  message: z.string().min(1).max(500),
  remedy: z.string().max(500).optional(),
});
export type OperatorRule = z.infer<typeof OperatorRule>;

export const AllowedUrl = z.union([
  z.strictObject({ exact: z.url() }),
  /** A path prefix; the address may then have no query. */
  z.strictObject({ prefix: z.url() }),
  /** A whole host, marked with the most confidential thing it may learn. */
  z.strictObject({ host: z.string().min(1), learns: Confidentiality }),
]);
export type AllowedUrl = z.infer<typeof AllowedUrl>;

export const Profile = z.enum(['strict', 'balanced', 'autonomous', 'observe']);
export type Profile = z.infer<typeof Profile>;

export const Policy = z.strictObject({
  version: z.literal(1),
  profile: Profile.default('balanced'),
  /** Questions in one request; after that the destination must be typed, and after twelve nothing more is asked. */
  asksPerRequest: z.int().min(1).max(20).default(3),
  /** Values of the operator that count like the user's words, for the slots named. */
  constants: z
    .array(
      z.strictObject({
        value: z.string().min(1).max(2_000),
        slots: z.array(slot).min(1),
        note: z.string().max(200).optional(),
      }),
    )
    .max(1_000)
    .default([]),
  urls: z.array(AllowedUrl).max(1_000).default([]),
  /** Tools of the house, where the operator wants them stricter than they come. Their results label themselves. */
  core: z.record(z.string(), CoreToolPolicy).default({}),
  servers: z.record(z.string(), ServerPolicy).default({}),
  referents: z.record(z.string(), ReferentPolicy).default({}),
  rules: z.array(OperatorRule).max(500).default([]),
  /** Who decides: a second person, or somebody who has signed in just now. */
  approvals: z
    .array(
      z.strictObject({
        effects: z.array(Effect).optional(),
        tools: z.array(z.string()).optional(),
        fourEyes: z.boolean().default(false),
        stepUp: z.boolean().default(false),
      }),
    )
    .max(100)
    .default([]),
  redaction: z
    .strictObject({
      /** RE2 syntax: linear in time. */
      patterns: z
        .array(z.strictObject({ name: z.string().min(1).max(60), pattern: z.string().min(1).max(1_000) }))
        .max(100)
        .default([]),
    })
    .prefault({}),
  /** Heuristics that mark suspicious text. They may only tighten. */
  detector: z.boolean().default(true),
});
export type Policy = z.infer<typeof Policy>;

/** One line that is wrong in a policy file. */
export const PolicyProblem = z.object({
  /** From 1; absent where the file as a whole is wrong. */
  line: z.int().optional(),
  column: z.int().optional(),
  /** Dotted path: `servers.mail.tools.send.effect`. */
  path: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type PolicyProblem = Readonly<z.infer<typeof PolicyProblem>>;
