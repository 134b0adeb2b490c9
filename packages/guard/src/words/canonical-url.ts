/**
 * One spelling for all spellings of the same address (WHATWG URL): lower-case host, no default port, percent-encoding
 * as the parser writes it, no fragment. `http` and `https` of one host are one address, since a person who types a host
 * means either. Undefined for anything that is not plain http(s), and for addresses with a user name in them.
 */
export function canonicalUrl(raw: string): string | undefined {
  const text = raw.trim();
  const parsed = URL.parse(/^[a-z][a-z0-9+.-]*:/iu.test(text) ? text : `https://${text}`);
  if (!parsed || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return undefined;
  if (parsed.username !== '' || parsed.password !== '') return undefined;
  const path = parsed.pathname === '/' ? '' : parsed.pathname.replace(/\/$/u, '');
  return `${parsed.host}${path}${parsed.search}`;
}
