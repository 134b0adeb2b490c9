import type { SecretStore } from './secret-store.ts';

/** What this process knows to be secret, so that it can be recognised where it must not stand. Memory only. */
export interface SecretRegister {
  /** Values that were read so far, rotated ones included. */
  values(): readonly string[];
  /** Names of the secrets that were read: `NAME` of `env:NAME`, the path of `file:/path`. */
  names(): readonly string[];
  /** The same store; what is read through it is remembered here. */
  watch(store: SecretStore): SecretStore;
}

/** A rotated key may still be in a log or a result; after this many, the oldest values are forgotten. */
const MOST_VALUES = 1_000;

export function createSecretRegister(): SecretRegister {
  const values = new Set<string>();
  const names = new Set<string>();
  let shownValues: readonly string[] | undefined;
  const note = (ref: string, value: string): void => {
    names.add(nameOf(ref));
    if (values.has(value)) return;
    values.add(value);
    const [oldest] = values;
    if (values.size > MOST_VALUES && oldest !== undefined) values.delete(oldest);
    shownValues = undefined;
  };
  return {
    // The same list until there is another value, so that what is built from it can be kept.
    values: () => {
      shownValues ??= [...values];
      return shownValues;
    },
    names: () => [...names],
    watch: (store) => ({
      read: async (ref, purpose) => {
        const value = await store.read(ref, purpose);
        if (value !== undefined) note(ref, value);
        return value;
      },
    }),
  };
}

/** `env:NAME` to `NAME`, `file:/path` to `/path`. */
export function nameOf(ref: string): string {
  return ref.replace(/^(env|file):/, '');
}
