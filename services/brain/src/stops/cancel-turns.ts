import { CodedError } from '@bakerst/shared/coded-error';
import type { Stop } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import type { StopParts } from './stop-service.ts';

const AT_ONCE = 1_000;

type CancelParts = Pick<StopParts, 'store' | 'turns' | 'log'>;

/**
 * Cancels what a stop cuts off, with its open approvals: of a conversation all that is not ended, of everybody what
 * runs and what waits for an approval. What only waits for its turn goes on, without tools.
 * @returns how many turns were cancelled or told to stop
 */
export async function cancelTurns(parts: CancelParts, access: Access, stop: Stop): Promise<number> {
  if (stop.scope === 'tool' || stop.scope === 'server') return 0;
  const told = new Set<string>();
  for (;;) {
    const wanted = affected(parts, access, stop).filter(({ id }) => !told.has(id));
    if (wanted.length === 0) return told.size;
    for (const { id } of wanted) told.add(id);
    await Promise.all(wanted.map((turn) => cancel(parts, cancelling(access, stop), turn)));
  }
}

function affected({ store }: CancelParts, access: Access, stop: Stop): readonly TurnRecord[] {
  if (stop.scope === 'conversation') {
    return store.listUnfinishedTurns(access, { conversation: stop.target, limit: AT_ONCE });
  }
  const brain: Access = { ...access, via: 'system' };
  return (['running', 'parked'] as const).flatMap((status) =>
    store.listUnfinishedTurns(brain, { status, limit: AT_ONCE }),
  );
}

/** The brain cancels the turns of everybody, in the name of who pulled the switch. */
function cancelling(access: Access, stop: Stop): Access {
  return stop.scope === 'everything' ? { ...access, via: 'system' } : access;
}

/** One that ended meanwhile, or cannot be cancelled just now, must not keep the others from it. */
async function cancel({ turns, log }: CancelParts, access: Access, { id }: TurnRecord): Promise<void> {
  try {
    await turns.cancel(access, id);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'store_not_found') return;
    log.error({ err: error, turn: id }, 'A turn could not be cancelled: its tools are refused all the same.');
  }
}
