/** UTF-8 bytes of a value as JSON; infinite where it is nested so deeply that it cannot be written. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
