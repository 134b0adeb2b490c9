/**
 * The browser's session. Behind a TLS proxy the name takes the `__Host-` prefix, which browsers only accept when the
 * cookie is Secure and bound to this host; on plain loopback http they would refuse it.
 */
export function sessionCookie(
  secret: string,
  options: { readonly secure: boolean; readonly maxAgeS: number },
): string {
  const name = options.secure ? SECURE_NAME : PLAIN_NAME;
  const secure = options.secure ? '; Secure' : '';
  return `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${options.maxAgeS}${secure}`;
}

export function clearedSessionCookie(secure: boolean): string {
  return sessionCookie('', { secure, maxAgeS: 0 });
}

/** The session secret of a Cookie header. Only the name that fits the connection counts. */
export function readSessionCookie(header: string | undefined, secure: boolean): string | undefined {
  if (header === undefined) return undefined;
  const wanted = secure ? SECURE_NAME : PLAIN_NAME;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim();
  }
  return undefined;
}

const PLAIN_NAME = 'bakerst_session';
const SECURE_NAME = '__Host-bakerst_session';
