import type { GrantStore, StopStore } from '@bakerst/shared/store/guard-store';
import { callerOf } from '../caller.ts';
import { toEventRows } from '../units/step-rows.ts';
import type { WriteClient } from '../writer/write-client.ts';

type GuardWrites = Pick<StopStore, 'putStop' | 'liftStop'> & Pick<GrantStore, 'revokeGrant'>;

export function guardWrites(writer: WriteClient): GuardWrites {
  return {
    putStop: (access, stop, outbox) =>
      writer.run('putStop', { caller: callerOf(access), stop, outbox: toEventRows(outbox) }),
    liftStop: (access, id, outbox) =>
      writer.run('liftStop', { caller: callerOf(access), id, outbox: toEventRows(outbox) }),
    revokeGrant: (access, id, outbox) =>
      writer.run('revokeGrant', { caller: callerOf(access), id, outbox: toEventRows(outbox) }),
  };
}
