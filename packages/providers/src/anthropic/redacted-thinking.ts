/**
 * Anthropic sends some reasoning encrypted and wants it back unchanged. It travels as a thinking part without text,
 * its data behind this prefix in the signature.
 */
const PREFIX = 'redacted_thinking:';

export function sealRedacted(data: string): string {
  return PREFIX + data;
}

export function openRedacted(signature: string): string | undefined {
  return signature.startsWith(PREFIX) ? signature.slice(PREFIX.length) : undefined;
}
