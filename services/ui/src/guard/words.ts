import type { Effect, Reason, Referent, ToolStanding, Verdict } from '@bakerst/shared/guard';
import type { Confidentiality, Label } from '@bakerst/shared/labels';

/** How the guard's own terms read to a person. One place, so that every page says the same. */
export const EFFECTS: Record<Effect, string> = {
  read: 'reads your own data',
  'read-open': 'reads from the open web',
  'write-private': 'writes your own data',
  destructive: 'destroys data',
  external: 'reaches out to others',
  money: 'moves money',
  exec: 'runs a program',
  admin: 'changes this system',
};

/** The same, weakest first. */
export const EFFECT_NAMES = Object.keys(EFFECTS) as readonly Effect[];

export const DECISIONS: Record<Verdict['decision'], string> = {
  allow: 'Allowed',
  ask: 'Asked a person',
  deny: 'Denied',
};

export const ACCEPTANCES: Record<ToolStanding['acceptance'], string> = {
  core: 'part of the house',
  accepted: 'accepted',
  changed: 'changed since it was accepted',
  unknown: 'new, nobody has looked at it',
};

export const CLEARANCES: Record<Confidentiality, string> = {
  secret: 'Everything, secrets included. Only for what runs in the house and sends nothing out.',
  internal: 'Your own data, but nothing secret.',
  public: 'Only what anybody may know. Calls that carry more are asked. For whatever is outside.',
};

const SEEN: Record<Confidentiality, string> = {
  secret: 'It had secret data in front of it.',
  internal: 'It had internal data in front of it.',
  public: 'It had nothing confidential in front of it.',
};

/** What the agent had read when it proposed the call. */
export function labelSentence(label: Label): string {
  const read =
    label.integrity === 'untrusted'
      ? 'The agent had read text that others can write, which may have steered this.'
      : 'The agent had read nothing that others can write.';
  return `${read} ${SEEN[label.confidentiality]}`;
}

/** What a handle stands for, or why nobody can tell. */
export function referentSentence(referent: Referent): string {
  const words = referent.words === undefined ? '' : ` for “${referent.words}”`;
  switch (referent.state) {
    case 'resolved':
      return referent.title ?? referent.value;
    case 'ambiguous':
      return `Several were found${words}: it is not clear which is meant.`;
    case 'not_found':
      return `Nothing was found${words}.`;
    case 'unresolvable':
      return 'It cannot be looked up: what it stands for may change after you approve.';
    default:
      return referent.state satisfies never;
  }
}

/** The remedies among the reasons, each once: what would have been needed. */
export function remediesOf(reasons: readonly Reason[]): readonly string[] {
  return [...new Set(reasons.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy])))];
}
