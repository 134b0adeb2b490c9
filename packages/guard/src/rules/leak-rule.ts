import { NOTHING, type Rule, says } from './judgement.ts';

/** A secret of the house never goes into a call; what only looks like one leaves the house after a person has looked. */
export const LEAK_RULE: Rule = {
  name: 'leak',
  judge: ({ call, standing }) => {
    const [known] = (call.leaks ?? []).filter((leak) => leak.isKnown);
    if (known) {
      return says('deny', 'leak', {
        message: `The arguments of ${call.tool} hold a ${known.kind} of this house${known.path === '' ? '' : ` in ${known.path}`}.`,
        remedy:
          'Secrets are bound to a server in the configuration and put in after the verdict; no model needs to know one.',
      });
    }
    const [found] = call.leaks ?? [];
    const staysInside =
      call.server === 'core' || (standing.effect === 'read' && standing.clearance === 'secret');
    if (!found || staysInside) return NOTHING;
    return says('ask', 'leak', {
      message: `${found.path || 'The arguments'} of ${call.tool} look like a secret (${found.kind}).`,
      remedy: 'Look whether it may leave the house.',
    });
  },
};
