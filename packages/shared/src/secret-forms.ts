const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Shorter secrets are looked for inside base64 only where it holds nothing else: three letters are everywhere. */
const SHORTEST_ALIGNED = 8;

/** The ways a secret is written where it leaks: as it is, in JSON, addresses, HTML, hex and base64 (any alignment). */
export function secretForms(secret: string): readonly string[] {
  // A lone surrogate cannot be encoded; it can only be found as it is.
  const whole = secret.toWellFormed();
  const json = JSON.stringify(whole).slice(1, -1);
  const url = encodeURIComponent(whole);
  const bytes = Buffer.from(whole);
  const forms = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    encodeURIComponent(url),
    url.replaceAll('%20', '+'),
    bytes.toString('hex').replace(/../g, '%$&'),
    whole.replace(/[&<>"']/g, (character) => HTML[character] ?? character),
    bytes.toString('hex'),
    ...base64Forms(bytes),
    ...(secret.length >= SHORTEST_ALIGNED ? base64Forms(Buffer.from(whole, 'utf16le')) : []),
  ];
  return [...new Set(forms)];
}

function base64Forms(bytes: Buffer): readonly string[] {
  const forms = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  if (bytes.length < SHORTEST_ALIGNED) return forms;
  for (const before of [0, 1, 2]) {
    const aligned = Buffer.concat([Buffer.alloc(before), bytes]);
    // Only the characters that this secret alone decides: `user:secret` as base64 has them too.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((aligned.length * 8) / 6);
    forms.push(aligned.toString('base64').slice(from, to), aligned.toString('base64url').slice(from, to));
  }
  return forms;
}
