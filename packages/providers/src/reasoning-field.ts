/**
 * Some servers (DeepSeek and its kin) want the reasoning of a running tool loop back in the field it came in. The
 * field's name travels as the signature of the thinking part.
 */
const PREFIX = 'field:';

export function reasoningSignature(field: string): string {
  return PREFIX + field;
}

export function isReasoningField(signature: string): boolean {
  return signature.startsWith(PREFIX);
}
