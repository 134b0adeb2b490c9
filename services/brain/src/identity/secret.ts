import { createHash, randomBytes } from 'node:crypto';

/**
 * Secrets are 256 random bits behind a prefix that secret scanners can find. Only their SHA-256 is stored and looked
 * up: an index walk over digests tells a guesser nothing about a secret, so no byte of one is ever compared early-out.
 */
export const SECRET_PREFIXES = { token: 'bst_', session: 'bss_', login_code: 'bsl_' } as const;
export type SecretKind = keyof typeof SECRET_PREFIXES;

const BODY = /^[A-Za-z0-9_-]{43}$/;

export function makeSecret(kind: SecretKind, bytes: (size: number) => Uint8Array = randomBytes): string {
  return SECRET_PREFIXES[kind] + Buffer.from(bytes(32)).toString('base64url');
}

/** Cheap refusal of what cannot be one of ours, whatever bytes it holds, before anything is looked up. */
export function isSecret(kind: SecretKind, value: string): boolean {
  const prefix = SECRET_PREFIXES[kind];
  return (
    value.length === prefix.length + 43 && value.startsWith(prefix) && BODY.test(value.slice(prefix.length))
  );
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest();
}
