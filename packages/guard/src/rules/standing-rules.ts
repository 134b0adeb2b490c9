import { NOTHING, type Rule, says } from './judgement.ts';
import { UNRESOLVED_RULE } from './unresolved-rule.ts';

/** Whether the call may be made at all: its tool stopped, changed behind a person's back, never looked at; its object unknown. */
export const STANDING_RULES: readonly Rule[] = [
  {
    name: 'stopped',
    judge: ({ context: { request }, call }) => {
      const stop = request.stops.find(
        ({ scope, target }) =>
          scope === 'everything' ||
          (scope === 'conversation' && target === request.conversation) ||
          (scope === 'tool' && target === call.tool) ||
          (scope === 'server' && target === call.server),
      );
      if (!stop) return NOTHING;
      const what = stop.scope === 'everything' ? 'All tools are' : `The ${stop.scope} ${stop.target} is`;
      return says('deny', 'stopped', {
        message: `${what} stopped${stop.reason ? `: ${stop.reason}` : ''}.`,
        remedy: `Lift the stop in the console, or: bakerst stop lift ${stop.id}`,
      });
    },
  },
  {
    name: 'pin-changed',
    judge: ({ standing, call }) =>
      standing.acceptance === 'changed'
        ? says('deny', 'pin-changed', {
            message: `${call.tool} is not what was accepted any more: its definition, its instructions or the way it is started has changed.`,
            remedy: `Look at the difference and accept it, or do not: bakerst mcp review ${call.server}`,
          })
        : NOTHING,
  },
  {
    name: 'unknown-tool',
    judge: ({ standing, call }) =>
      standing.acceptance === 'unknown'
        ? says('ask', 'unknown-tool', {
            message: `Nobody has accepted ${call.tool} of the server ${call.server} yet, so what it does is not known.`,
            remedy: `Review the server once and say what its tools do: bakerst mcp review ${call.server}`,
          })
        : NOTHING,
  },
  UNRESOLVED_RULE,
];
