import type { GrantStore } from '@bakerst/shared/store/guard-store';
import type { GuardFacts } from '../turn/turn-parts.ts';
import type { StopBoard } from './stop-board.ts';

const MOST_GRANTS = 1_000;

/** Stops and grants as they are now, for verdicts. Beyond a thousand live grants the rest ask again, which is safe. */
export function createGuardFacts(
  store: Pick<GrantStore, 'listGrants'>,
  board: StopBoard,
  now: () => number,
): GuardFacts {
  return {
    stops: () => board.current(),
    grants: (access) =>
      store.listGrants(access, { liveAt: new Date(now()).toISOString(), limit: MOST_GRANTS }),
  };
}
