/** A field of what a server sent, where it has one of its own; undefined for anything else, and for what is inherited. */
export function ownField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
