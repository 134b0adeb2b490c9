/** Shorter overlaps are chance, or a prefix that every key of the provider has. */
const SHORTEST_OVERLAP = 10;
const MARK = '[redacted]';

/** Shorter values would blank out half of every message, and are no secrets. */
const SHORTEST_SECRET = 4;

/**
 * Removes every part of the given secrets from a text that somebody else wrote: whole, encoded, or a long piece of one.
 * Providers and tool servers do echo keys in errors, and error texts go to logs, screens and the audit log.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(encodings);
  if (forms.length === 0) return (text) => text;
  return (text) => forms.reduce(removeOverlaps, text);
}

function encodings(secret: string): string[] {
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ];
  return [...new Set(forms)];
}

function removeOverlaps(text: string, secret: string): string {
  const size = Math.min(SHORTEST_OVERLAP, secret.length);
  const hidden = new Uint8Array(text.length);
  let found = false;
  for (let start = 0; start + size <= secret.length; start++) {
    const piece = secret.slice(start, start + size);
    for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) {
      hidden.fill(1, at, at + size);
      found = true;
    }
  }
  return found ? withMarks(text, hidden) : text;
}

function withMarks(text: string, hidden: Uint8Array): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (hidden[at] === 0) out += text[at];
    else if (at === 0 || hidden[at - 1] === 0) out += MARK;
  }
  return out;
}
