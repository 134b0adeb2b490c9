import type { Effect } from '@bakerst/shared/guard';
import type { Policy } from '@bakerst/shared/policy';

/** Effects that the profile `autonomous` lets happen unasked-for, as long as every value that decides is proven. */
const UNPLANNED: ReadonlySet<Effect> = new Set<Effect>(['write-private', 'external']);

/** Whether the person's words must ask for a call of this effect. */
export function needsPlan({ profile }: Pick<Policy, 'profile'>, effect: Effect): boolean {
  return profile !== 'autonomous' || !UNPLANNED.has(effect);
}
