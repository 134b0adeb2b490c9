import { createSecretFinder } from '@bakerst/shared/find-secrets';
import { decodePercent } from '../words/decode-percent.ts';
import { beginsUnmistakably, keyScanner } from './find-keys.ts';
import { KNOWN_SECRET } from './known-secrets.ts';
import { markOf } from './marks.ts';
import { structuredScanners } from './structured-secrets.ts';

/** Something secret in the arguments of a call. Never the secret itself. */
export interface OutgoingFinding {
  /** Path of the leaf, `recipients[0]`; of a list or object where it is spread over several leaves; empty for the whole. */
  readonly path: string;
  /** What it is: `known secret`, `github token`, `private key`. */
  readonly kind: string;
  /** How it was written: `as it is`, `reversed`, `with separators`, `encoded`, `in pieces`. */
  readonly written: string;
}

const MOST_FINDINGS = 50;
/** As long as a recorded path may be. */
const LONGEST_PATH = 300;
const DEEPEST = 100;
/** Encodings inside encodings that are followed. */
const MOST_LAYERS = 3;

/** `squeezed`: the text has lost its spaces or its order, so that accidents are likelier. */
type FindKinds = (text: string, squeezed: boolean) => ReadonlySet<string>;

/**
 * Looks for secrets in what a call would send out: known values, credentials by their form, private keys; as they are,
 * reversed, split by separators or over several values, and inside base64, hex or URL encoding. A filter against accidents
 * and simple tricks: who rewrites a secret cleverly gets through, so clearances decide, not this.
 */
export function scanOutgoing(args: unknown, known: readonly string[]): readonly OutgoingFinding[] {
  const findKinds = kindFinder(known);
  const findings = new Map<string, OutgoingFinding>();
  const report = (path: string, { kind, written }: Dressed): void => {
    if (findings.size < MOST_FINDINGS) findings.set(`${path}\n${kind}`, { path, kind, written });
  };
  const look: Look = {
    leaf: (path, text) => {
      for (const found of judge(text, { findKinds, isList: false })) report(path, found);
    },
    name: (pathOf, name) => {
      const found = judge(name, { findKinds, isList: false });
      const path = pathOf(found[0] === undefined ? name : markOf(found[0].kind));
      for (const one of found) report(path, one);
      return path;
    },
    list: (path, text) => {
      for (const { kind } of judge(text, { findKinds, isList: true })) {
        if (!holds(findings, path, kind)) report(path, { kind, written: 'in pieces' });
      }
    },
  };
  walk({ value: args, path: '', depth: 0 }, look);
  return [...findings.values()];
}

interface Dressed {
  readonly kind: string;
  readonly written: string;
}

interface Look {
  leaf(path: string, text: string): void;
  /** The path below a name: a name that is a secret does not stand in it. */
  name(pathOf: (shown: string) => string, name: string): string;
  list(path: string, text: string): void;
}

/** True where a part of `path` has the same finding already. */
function holds(findings: ReadonlyMap<string, OutgoingFinding>, path: string, kind: string): boolean {
  return [...findings.values()].some((finding) => finding.kind === kind && finding.path.startsWith(path));
}

/** Shorter secrets are found by chance where words have run together. */
const SHORTEST_SQUEEZED = 8;
const SEPARATORS = /[-_.,;:|/+*~'"()[\]{}<>]+/g;

function kindFinder(known: readonly string[]): FindKinds {
  const find = createSecretFinder(known);
  const long = known.filter((secret) => secret.length >= SHORTEST_SQUEEZED);
  const findSqueezed = createSecretFinder([...long, ...long.map((secret) => squeeze(secret))]);
  return (text, squeezed) => {
    const kinds = new Set<string>();
    const finder = squeezed ? findSqueezed : find;
    finder(text, { from: 0, to: text.length }, () => kinds.add(KNOWN_SECRET));
    keyScanner(text)(text.length, ({ kind, start }) => {
      if (!squeezed || beginsUnmistakably(text, start)) kinds.add(kind);
    });
    for (const scanner of structuredScanners) {
      scanner(text)(text.length, ({ kind }) => {
        if (!squeezed || kind !== 'url password') kinds.add(kind);
      });
    }
    return kinds;
  };
}

/** Looks at each leaf and name, then at what the leaves of each list and object say when read as one. */
function walk(at: { value: unknown; path: string; depth: number }, look: Look): string {
  const { value, path, depth } = at;
  if (typeof value === 'string' || typeof value === 'number') {
    look.leaf(path, String(value));
    return String(value);
  }
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return '';
  const isList = Array.isArray(value);
  const named = (shown: string): string => cut(path === '' ? shown : `${path}.${shown}`);
  const parts = Object.entries(value).map(([key, item]) => {
    const below = isList ? cut(`${path}[${key}]`) : look.name(named, key);
    return walk({ value: item, path: below, depth: depth + 1 }, look);
  });
  const joined = parts.join('');
  if (parts.length > 1 && (isList || path === '')) look.list(path, joined);
  return joined;
}

function cut(path: string): string {
  return path.slice(0, LONGEST_PATH).toWellFormed();
}

interface Reading {
  readonly written: string;
  readonly text: string;
  readonly squeezed: boolean;
}

function judge(
  text: string,
  search: { readonly findKinds: FindKinds; readonly isList: boolean },
): readonly Dressed[] {
  const found = new Map<string, string>();
  for (const reading of readingsOf(text, search.isList)) {
    for (const kind of search.findKinds(reading.text, reading.squeezed)) {
      if (!found.has(kind)) found.set(kind, reading.written);
    }
  }
  return Array.from(found, ([kind, written]) => ({ kind, written }));
}

function readingsOf(text: string, squeezed: boolean): readonly Reading[] {
  const tight = text.replace(/[\s\p{Cf}]+/gu, '');
  const spread = [tight, tight.replace(/[.,;:|*~'"()[\]{}<>]+/g, ''), squeeze(text)];
  return [
    { written: 'as it is', text, squeezed },
    { written: 'reversed', text: reverse(text), squeezed: true },
    ...[...new Set(spread)]
      .filter((reading) => reading !== text)
      .map((reading) => ({ written: 'with separators', text: reading, squeezed: true })),
    ...decodings(text, MOST_LAYERS).flatMap((reading) => [
      { written: 'encoded', text: reading, squeezed },
      { written: 'encoded', text: reverse(reading), squeezed: true },
    ]),
  ];
}

function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** Without white space, invisible characters and the usual separators. */
function squeeze(text: string): string {
  return text.replace(/[\s\p{Cf}]+/gu, '').replace(SEPARATORS, '');
}

/** What the text says when encoded stretches are read. */
function decodings(text: string, layers: number): readonly string[] {
  if (layers === 0) return [];
  const readings = [decodePercent(text), ...encodedParts(text)].filter(
    (reading) => reading !== text && reading !== '',
  );
  return readings.flatMap((reading) => [reading, ...decodings(reading, layers - 1)]);
}

function encodedParts(text: string): readonly string[] {
  const read = (pattern: RegExp, encoding: 'hex' | 'base64'): string =>
    Array.from(text.matchAll(pattern), ([part]) => Buffer.from(part, encoding).toString('latin1')).join('\n');
  return [read(/[0-9A-Fa-f]{16,}/g, 'hex'), read(/[A-Za-z0-9+/_-]{12,}/g, 'base64')];
}
