import type { Bus } from '@bakerst/shared/bus';
import type { ChangeEvent } from '@bakerst/shared/events';
import type { IdentityStore } from '@bakerst/shared/store/system-store';
import { subjects } from '@bakerst/shared/subjects';

const MOST_PEOPLE = 1_000;

/**
 * A hint to everybody who could be the second person. It names the approval alone: the store shows it to those that
 * may approve, and the conversation to nobody but its owner.
 */
export function tellDeciders(
  { bus, store }: { readonly bus: Bus; readonly store: Pick<IdentityStore, 'listPrincipals'> },
  { approval, owner }: { readonly approval: string; readonly owner: string },
): void {
  const change: ChangeEvent = { type: 'changed', what: 'approval', id: approval };
  for (const { id } of store.listPrincipals('human', MOST_PEOPLE)) {
    if (id !== owner) bus.publish(subjects.changes(id), change);
  }
}
