import { z } from 'zod';
import { Effect } from './guard.ts';

/** What a policy is expected to say of one call, as data beside it: `mail.yaml` is tested by `mail.test.yaml`. */
export const PolicyTest = z
  .strictObject({
    name: z.string().min(1).max(200),
    /** What the person has typed. */
    words: z.string().max(10_000),
    /** Registry name of a tool whose untrusted result was read before. Without it, nothing untrusted was read. */
    'tainted by': z.string().max(64).optional(),
    /** What that result says: text, or data. */
    'which says': z.unknown().optional(),
    call: z.strictObject({
      /** Registry name: `mail__send`. */
      tool: z.string().min(1).max(64),
      arguments: z.record(z.string(), z.unknown()).default({}),
      /** Of a tool of the house, which says so itself. */
      effect: Effect.default('read'),
    }),
    unattended: z.boolean().default(false),
    expect: z.enum(['allow', 'ask', 'deny']),
    /** A reason that must be among those given. */
    rule: z.string().max(100).optional(),
  })
  .refine((one) => one['which says'] === undefined || one['tainted by'] !== undefined, {
    path: ['which says'],
    error: '"tainted by", the tool whose result says so',
  });
export type PolicyTest = z.infer<typeof PolicyTest>;

export const PolicyTestList = z.array(PolicyTest).min(1).max(1_000);
