/**
 * Every subject on the bus is built here. Tokens are dot-separated; a token never comes from untrusted text, and ids
 * are checked by their makers.
 */
export const subjects = {
  /** Deltas, resets and step notices of one turn, for whoever streams it. */
  turnEvents: (turn: string) => `turns.${turn}.events`,
  /** A person asked to stop this turn. */
  turnCancel: (turn: string) => `turns.${turn}.cancel`,
  /** Hints for one principal's open consoles. */
  changes: (principal: string) => `changes.${principal}`,
} as const;

/** Identities on the bus and what each may publish and subscribe to. `*` is one token. */
export const BUS_PERMISSIONS = {
  brain: {
    publish: ['turns.*.events', 'turns.*.cancel', 'changes.*'],
    subscribe: ['turns.*.events', 'turns.*.cancel', 'changes.*'],
  },
} as const satisfies Record<string, BusPermissions>;

export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}
export type BusIdentity = keyof typeof BUS_PERMISSIONS;
