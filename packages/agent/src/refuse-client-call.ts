import type { GuardRequest, Reason } from '@bakerst/shared/guard';
import type { Leak } from './inspect-result.ts';
import { stopInForce } from './stop-in-force.ts';

/**
 * Why a call of a tool that an API client brought is not handed back to it; undefined where it is. Whatever the client
 * does with it is out of our hands, so that the place it leaves for counts as outside: no secret of the house goes there,
 * and nothing while a person has stopped it. Everything else is the client's to decide.
 */
export function refuseClientCall(
  request: Pick<GuardRequest, 'stops' | 'conversation'>,
  tool: string,
  leaks: readonly Leak[],
): Reason | undefined {
  const stop = stopInForce(request, { tool });
  if (stop) {
    return {
      rule: 'stopped',
      message: `Tools are stopped here${stop.reason ? `: ${stop.reason}` : ''}; the call is not handed to the client.`,
      remedy: `Lift the stop in the console, or: bakerst stop lift ${stop.id}`,
    };
  }
  const known = leaks.find((leak) => leak.isKnown);
  if (!known) return undefined;
  const where = known.path === '' ? '' : ` in ${known.path.slice(0, 300)}`;
  return {
    rule: 'leak',
    message: `The arguments of ${tool} hold a ${known.kind} of this house${where}; the call is not handed to the client.`,
    remedy: 'Secrets are bound to a server in the configuration; no model and no client needs to know one.',
  };
}
