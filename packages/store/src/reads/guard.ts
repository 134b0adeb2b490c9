import type { GrantStore, StopStore } from '@bakerst/shared/store/guard-store';
import { callerOf } from '../caller.ts';
import { toMs } from '../row.ts';
import { GRANT_QUERIES, toGrant } from '../units/grants.ts';
import { callerKey } from '../units/principal-row.ts';
import { STOP_QUERIES, toStop } from '../units/stops.ts';
import { clampLimit, type Reader } from './reader.ts';

const MAX_GRANTS = 1_000;

export function guardReads(reader: Reader): Pick<StopStore, 'listStops'> & Pick<GrantStore, 'listGrants'> {
  return {
    // Without a limit: a stop that a page cuts off would be one that does not hold.
    listStops: (access) =>
      reader.read((db) => {
        const caller = callerOf(access);
        return db
          .all(STOP_QUERIES.all)
          .map(toStop)
          .filter((stop) => caller.system || stop.scope !== 'conversation' || stop.by === caller.principal);
      }),
    listGrants: (access, { liveAt, limit }) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        const most = clampLimit(limit, MAX_GRANTS);
        const rows =
          liveAt === undefined
            ? db.all(GRANT_QUERIES.ofOwner, [owner, most])
            : db.all(GRANT_QUERIES.liveOfOwner, [owner, toMs(liveAt), most]);
        return rows.map(toGrant);
      }),
  };
}
