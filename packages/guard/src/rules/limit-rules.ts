import { MOST_VALUES } from '../card-values.ts';
import { isConsequential, type Judgement, NOTHING, type Said, says } from './judgement.ts';

/** After this many asks nothing more is asked in one request. */
const MOST_ASKS = 12;

/** Asking too often makes people approve unread: then the destination must be typed, and in the end nothing is asked. */
export function limitAsks(judgement: Judgement): Said {
  const { facts, call } = judgement;
  // Judged again before it runs, a call that a person was asked about does not count against itself.
  const wasAsked = facts.calls.some((one) => one.decided.call === call.call && one.wasAsked);
  if (wasAsked || facts.asks < MOST_ASKS) return NOTHING;
  return says('deny', 'too-many-asks', {
    message: `This request has asked ${facts.asks} times: ${call.tool} is not asked for any more.`,
    remedy: 'Go on in a new message that says what is wanted.',
  });
}

/** Nobody approves what the card cannot show in full. */
export function limitValues({ values, call }: Judgement): Said {
  const controls = values.filter(({ spec }) => spec.role === 'control').length;
  if (controls <= MOST_VALUES) return NOTHING;
  return says('deny', 'too-many-values', {
    message: `${controls} values of ${call.tool} decide what happens, and a card shows ${MOST_VALUES}: nobody could read what they approve.`,
    remedy: 'Make several calls of it.',
  });
}

/** Whether the card must have its destination typed. */
export function mustBeTyped({ facts, policy, ...rest }: Judgement): boolean {
  return facts.asks >= policy.asksPerRequest && isConsequential(rest);
}
