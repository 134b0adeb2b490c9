/** Kinds of attachments that are taken, as declared and as their bytes say. */
export const ATTACHMENT_TYPES = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'text/*',
] as const;

/**
 * The type an attachment is stored with, or nothing where it is not taken: binary kinds must begin with their
 * signature whatever was declared, everything else must be UTF-8 text without control bytes.
 */
export function attachmentType(declared: string, bytes: Uint8Array): string | undefined {
  const type = declared.split(';')[0]?.trim().toLowerCase() ?? '';
  const sniffed = SIGNATURES.find(({ matches }) => matches(bytes))?.type;
  if (sniffed !== undefined) return type === sniffed || NEUTRAL.has(type) ? sniffed : undefined;
  if (!isPlainText(bytes)) return undefined;
  if (/^text\/[a-z0-9.+-]{1,60}$/.test(type)) return type;
  return NEUTRAL.has(type) || TEXT_LIKE.has(type) ? 'text/plain' : undefined;
}

/** Declared by clients that do not know better. */
const NEUTRAL = new Set(['', 'application/octet-stream']);
const TEXT_LIKE = new Set(['application/json', 'application/xml', 'application/yaml', 'application/x-yaml']);

const SIGNATURES: readonly { readonly type: string; readonly matches: (bytes: Uint8Array) => boolean }[] = [
  { type: 'image/png', matches: (b) => startsWith(b, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { type: 'image/jpeg', matches: (b) => startsWith(b, [0xff, 0xd8, 0xff]) },
  { type: 'image/gif', matches: (b) => latin(b, 0, 6) === 'GIF87a' || latin(b, 0, 6) === 'GIF89a' },
  { type: 'image/webp', matches: (b) => latin(b, 0, 4) === 'RIFF' && latin(b, 8, 12) === 'WEBP' },
  { type: 'application/pdf', matches: (b) => latin(b, 0, 5) === '%PDF-' },
];

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}

function isPlainText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  // Tab, line feed, form feed and carriage return are text; other control bytes are a program's.
  return !bytes.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13);
}
