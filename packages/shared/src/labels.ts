import { z } from 'zod';

/**
 * Labels sit on every part of a context (design: labels). Integrity says whether content may steer the agent,
 * confidentiality who may learn it. Both only ever rise in suspicion when parts are joined.
 */
export const Integrity = z.enum(['trusted', 'untrusted']);
export const Confidentiality = z.enum(['public', 'internal', 'secret']);
export type Integrity = z.infer<typeof Integrity>;
export type Confidentiality = z.infer<typeof Confidentiality>;

export const Label = z.object({ integrity: Integrity, confidentiality: Confidentiality });
export type Label = Readonly<z.infer<typeof Label>>;

/** Where a part came from, for people and for the monitor: "tool_result call_...", "attachment att_...". */
export const Origin = z.object({
  kind: z.enum([
    'operator_prompt',
    'user_words',
    'quoted',
    'attachment',
    'client_context',
    'tool_result',
    'tool_list',
    'model',
    'summary',
    'monitor',
  ]),
  /** Id of the message, call, attachment, server or prompt file the part came from. */
  ref: z.string().max(200),
});
export type Origin = Readonly<z.infer<typeof Origin>>;

const RANK: Record<Confidentiality, number> = { public: 0, internal: 1, secret: 2 };

/** The bottom of the lattice: joining it changes nothing. */
export const LOWEST_LABEL: Label = { integrity: 'trusted', confidentiality: 'public' };
/** The top: what something of unknown provenance gets. */
export const HIGHEST_LABEL: Label = { integrity: 'untrusted', confidentiality: 'secret' };

/** Whether what has the first is for fewer eyes than the second. */
export function isMoreConfidential(a: Confidentiality, b: Confidentiality): boolean {
  return RANK[a] > RANK[b];
}

/** Least upper bound: untrusted if either is, and the stricter confidentiality. */
export function joinLabels(a: Label, b: Label): Label {
  return {
    integrity: a.integrity === 'untrusted' || b.integrity === 'untrusted' ? 'untrusted' : 'trusted',
    confidentiality: isMoreConfidential(b.confidentiality, a.confidentiality)
      ? b.confidentiality
      : a.confidentiality,
  };
}

export function joinAllLabels(labels: Iterable<Label>): Label {
  let joined = LOWEST_LABEL;
  for (const label of labels) joined = joinLabels(joined, label);
  return joined;
}
