/** What a link in untrusted text may do: open a web page or a mail, in the open, and never act on this console. */
export type SafeLink =
  | { readonly kind: 'web'; readonly href: string; readonly host: string }
  | { readonly kind: 'mail'; readonly href: string; readonly host: string }
  | { readonly kind: 'refused'; readonly why: string };

export function safeLink(raw: string, ownOrigin: string): SafeLink {
  if (!/^(?:https?:\/\/|mailto:)/i.test(raw)) return { kind: 'refused', why: 'not a web or mail address' };
  const url = URL.parse(raw);
  if (url === null) return { kind: 'refused', why: 'not a valid address' };
  if (url.protocol === 'mailto:') return { kind: 'mail', href: url.href, host: url.pathname };
  if (url.origin === ownOrigin) return { kind: 'refused', why: 'points at this console' };
  if (url.username !== '' || url.password !== '')
    return { kind: 'refused', why: 'carries a user name to mislead' };
  return { kind: 'web', href: url.href, host: url.host };
}
