import type { Access } from '@bakerst/shared/identity';
import { notFound } from './errors.ts';
import { textOf } from './row.ts';
import type { Row } from './statements.ts';

/** What the store needs to know of an `Access`; small, because it travels to the writer with each unit. */
export interface Caller {
  readonly principal: string;
  /** The brain acting for itself may touch every owner's rows. */
  readonly system: boolean;
  /** A person that holds `approve`: the brain acting for itself never does, whatever scopes its access names. */
  readonly approves: boolean;
  /** Holds `admin`, or is the brain. */
  readonly administers: boolean;
}

export function callerOf(access: Access): Caller {
  const system = access.via === 'system';
  return {
    principal: access.principal,
    system,
    approves: !system && access.scopes.has('approve'),
    administers: system || access.scopes.has('admin'),
  };
}

/** The row, if the caller may touch it; its owner's id must be in `owner_id`. */
export function owned(row: Row | undefined, caller: Caller, what: string): Row {
  if (row === undefined) throw notFound(what);
  if (!caller.system && textOf(row, 'owner_id') !== caller.principal) throw notFound(what);
  return row;
}
