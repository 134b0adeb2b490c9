import { isConsequential, NOTHING, type Rule, says } from './judgement.ts';

/** As often as this the same call may be made in one request: more is a loop, whoever wanted it. */
const MOST_SAME = 20;

/** What the person has said to this call before, and what became of it. */
export const HISTORY_RULES: readonly Rule[] = [
  {
    name: 'asked-before',
    judge: ({ facts, call }) => {
      const former = facts.calls.find(
        ({ decided, approval, isOfRequest }) =>
          isOfRequest &&
          decided.sameCallDigest === call.digest &&
          decided.call !== call.call &&
          approval !== undefined &&
          approval.decision !== 'approved',
      );
      if (!former) return NOTHING;
      return says('deny', 'asked-before', {
        message: `The same call of ${call.tool} was ${former.approval?.decision} in this request: it is not asked again.`,
        remedy: 'Go on without it. If it is wanted after all, the person can say so in a new message.',
      });
    },
  },
  {
    name: 'after-denial',
    judge: (judgement) => {
      const { facts, tainted, call } = judgement;
      if (!tainted || !isConsequential(judgement)) return NOTHING;
      const denied = facts.calls.find(
        ({ approval, isOfRequest, decided }) =>
          isOfRequest && approval?.decision === 'denied' && decided.label.integrity === 'untrusted',
      );
      if (!denied) return NOTHING;
      return says('deny', 'after-denial', {
        message: `A person denied ${denied.decided.tool} in this request after it had read untrusted content, so ${call.tool} is not asked for.`,
        remedy: 'The person can say in a new message what is wanted.',
      });
    },
  },
  {
    name: 'loop',
    judge: ({ facts, call }) => {
      // Judged again before it runs, a call does not count against itself.
      const same = facts.calls.filter(
        ({ decided, isOfRequest }) =>
          isOfRequest && decided.sameCallDigest === call.digest && decided.call !== call.call,
      );
      if (same.length < MOST_SAME) return NOTHING;
      return says('deny', 'loop', {
        message: `The very same call of ${call.tool} was made ${same.length} times in this request: it goes round in circles.`,
        remedy: 'Go on without it, or say in a new message what is wanted.',
      });
    },
  },
  {
    name: 'after-unknown',
    judge: ({ facts, call }) =>
      facts.unknownDigests.has(call.digest)
        ? says('ask', 'after-unknown', {
            message: `The same call of ${call.tool} may already have happened: its outcome is unknown.`,
            remedy: 'Check whether it happened, then approve or deny running it again.',
          })
        : NOTHING,
  },
];
