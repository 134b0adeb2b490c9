/**
 * One spelling for all spellings of the same address (WHATWG URL): lower-case host, no default port, percent-encoding
 * as the parser writes it. `http` and `https` of one host are one address, since a person who types a host means either.
 * Undefined for anything that is not plain http(s), and for what two readers could read differently: user names,
 * backslashes, blanks, dot segments, hosts that the parser would spell another way.
 */
export function canonicalUrl(raw: string): string | undefined {
  const text = raw.trim();
  const absolute = /^[a-z][a-z0-9+.-]*:/iu.test(text.replace(/:\d{1,5}(?=[/?#]|$)/u, ''))
    ? text
    : `https://${text}`;
  const [, authority = '', path = ''] = /^https?:\/\/([^/?#]+)([^?#]*)/iu.exec(absolute) ?? [];
  if (authority === '' || /[\\\s\p{C}]/u.test(absolute) || DOT_SEGMENT.test(path)) return undefined;
  const parsed = URL.parse(absolute);
  if (!parsed || !isItsHost(authority, parsed.host)) return undefined;
  const plainPath = parsed.pathname === '/' ? '' : parsed.pathname.replace(/\/$/u, '');
  // With an empty path too, so that a query never looks like a part of the host.
  const rest = `${parsed.search}${parsed.hash}`;
  return `${parsed.host}${plainPath === '' && rest !== '' ? '/' : plainPath}${rest}`;
}

/** The address without the part that stays in the reader's browser. */
export function withoutFragment(url: string): string {
  const bare = url.replace(/#.*$/su, '');
  return bare.endsWith('/') ? bare.slice(0, -1) : bare;
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|$)/iu;

/** Letters of other scripts may be spelled in punycode; everything else must be the host as it is written. */
function isItsHost(authority: string, host: string): boolean {
  const written = authority.toLowerCase().replace(/:(?:80|443)$/u, '');
  if (/[^\x21-\x7e]/u.test(authority)) {
    return /^[\p{L}\p{M}\p{N}.-]+(?::\d+)?$/u.test(authority) && authority.normalize('NFKC') === authority;
  }
  return written === host.replace(/:(?:80|443)$/u, '');
}
