import type { Span } from '@bakerst/shared/replace-spans';
import { KEY_FORMATS } from './key-formats.ts';
import { KNOWN_SECRET } from './known-secrets.ts';

/** Stands where a text could not be checked in time. */
export const WITHHELD = '[withheld: not checked for secrets]';

const OTHER_KINDS = [
  KNOWN_SECRET,
  'private key',
  'jwt',
  'aws access key',
  'aws secret key',
  'url password',
  'discord token',
  'password',
  'secret',
  'payment card',
  'iban',
];

export function markOf(kind: string): string {
  return `[redacted: ${kind}]`;
}

/**
 * Our own marks in a text, in order: they are not looked into. Only the marks that we write, letter by letter: any others
 * would be a way to bring a secret past us.
 */
export function findMarks(text: string, operatorKinds: readonly string[]): readonly Span[] {
  if (!text.includes('[redacted') && !text.includes('[withheld')) return [];
  const kinds = new Set([...KEY_FORMATS.map(({ kind }) => kind), ...OTHER_KINDS, ...operatorKinds]);
  const marks = ['[redacted]', WITHHELD, ...[...kinds].map(markOf)];
  const pattern = new RegExp(
    marks.map((mark) => mark.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'),
    'g',
  );
  return Array.from(text.matchAll(pattern), ({ 0: mark, index }) => ({
    start: index,
    end: index + mark.length,
    mark,
  }));
}
