import { createHash } from 'node:crypto';
import { httpError } from './errors.ts';

/** The Idempotency-Key of a request with the digest of what was asked, so that the same key never means two things. */
export function idempotencyOf(
  key: string | undefined,
  route: string,
  request: unknown,
): { readonly route: string; readonly key: string; readonly digest: string } | undefined {
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw httpError({
      code: 'invalid_request',
      message: 'The Idempotency-Key is empty, too long, or holds other than visible ASCII.',
      remedy: 'Send a UUID.',
      fields: [{ path: 'Idempotency-Key', message: 'write 1 to 200 visible ASCII characters' }],
    });
  }
  // A parsed request has its keys in the order of its schema, so that its JSON is canonical.
  return { route, key, digest: createHash('sha256').update(JSON.stringify(request)).digest('hex') };
}
