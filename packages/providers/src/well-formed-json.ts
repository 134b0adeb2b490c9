/** `JSON.stringify` writes half a surrogate pair as an escape; providers answer 400 for it. */
const LONE_SURROGATE = /\\u[dD][89abAB]|\\u[dD][c-fC-F]/;

/** JSON of a request. Text that was cut inside an emoji gets U+FFFD for the half that is left. */
export function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!LONE_SURROGATE.test(json)) return json;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed() : inner,
  );
}
