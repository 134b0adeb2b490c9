/** The words of a programmer's name: `getUserInfo`, `get_user-info` -> get, user, info. */
export function nameWords(name: string): readonly string[] {
  return name
    .normalize('NFKC')
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(check|log|set|sign)[^a-z0-9]+(out|in|up)\b/g, '$1$2')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
