import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { httpError } from './errors.ts';
import type { Answer, Headers } from './exchange.ts';

export interface ConsoleRequest {
  readonly method: string;
  /** Path of the URL, still percent-encoded. */
  readonly path: string;
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Answers what is no API path: the console's files, its page for every address it makes up, else a 404 problem. */
export type ConsoleFiles = (request: ConsoleRequest) => Promise<Answer>;

/**
 * The console is a closed set of files, listed when the first one is asked for: what is not on the list does not
 * exist, so no path, link or encoding can reach another file.
 */
export function createConsoleFiles(folder: string | undefined): ConsoleFiles {
  let listing: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  return async (request) => {
    if (isApiPath(request.path)) throw noRoute();
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod();
    if (folder === undefined) return notBuilt();
    listing ??= listFiles(folder);
    const files = await listing;
    const file = files.get(request.path) ?? (isNavigation(request) ? files.get('/index.html') : undefined);
    if (!file) {
      if (files.size === 0) {
        // It may be built while we run: look again the next time.
        listing = undefined;
        return notBuilt();
      }
      throw noRoute();
    }
    return fileAnswer(file, request);
  };
}

interface ConsoleFile {
  readonly file: string;
  readonly type: string;
  readonly hashed: boolean;
  readonly etag: string;
  /** Precompressed siblings: `br`, `gzip`. */
  readonly encodings: ReadonlyMap<string, string>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const SECURITY: Headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

async function listFiles(folder: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // Links are left out: a file of the console is a file.
  const paths = new Set(entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)));
  const files = new Map<string, ConsoleFile>();
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const url = `/${path.slice(folder.length).split(/[/\\]/).filter(Boolean).join('/')}`;
    const { size, mtimeMs } = await stat(path);
    const encodings = new Map<string, string>();
    for (const [name, ending] of ENCODINGS) if (paths.has(path + ending)) encodings.set(name, path + ending);
    files.set(url, {
      file: path,
      type,
      hashed: /^\/assets\/.*[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(url),
      etag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`,
      encodings,
    });
  }
  return files;
}

async function fileAnswer(file: ConsoleFile, request: ConsoleRequest): Promise<Answer> {
  const encoding = ENCODINGS.map(([name]) => name).find(
    (name) => file.encodings.has(name) && accepts(request.acceptEncoding, name),
  );
  const etag = encoding === undefined ? file.etag : file.etag.replace(/"$/, `-${encoding}"`);
  const headers: Headers = {
    ...SECURITY,
    'content-type': file.type,
    'cache-control': file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    vary: 'Accept-Encoding',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  if (request.ifNoneMatch === etag) return { kind: 'bytes', status: 304, body: null, headers };
  const body = await readFile((encoding && file.encodings.get(encoding)) ?? file.file);
  return { kind: 'bytes', status: 200, body, headers };
}

function accepts(header: string | undefined, encoding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, quality] = part
      .trim()
      .toLowerCase()
      .split(/ *; *q=/);
    return name === encoding && Number(quality ?? 1) > 0;
  });
}

function isApiPath(path: string): boolean {
  return /^\/(api|v1|healthz|readyz|metrics)(\/|$)/i.test(path);
}

/** Asked for by a person's address bar, and not for something that looks like a file. */
function isNavigation({ path, accept }: ConsoleRequest): boolean {
  return (accept ?? '').includes('text/html') && !/\.[a-z0-9]{1,8}$/i.test(path);
}

function notBuilt(): Answer {
  return {
    kind: 'bytes',
    status: 404,
    body: 'The console is not built. Run `npm run build:console`, then load this page again.\n',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  };
}

function noRoute(): Error {
  return httpError({
    code: 'route_not_found',
    message: 'There is nothing at this path.',
    remedy: 'The operations are listed in /api/v1/openapi.json.',
  });
}

function wrongMethod(): Error {
  return httpError({
    code: 'method_not_allowed',
    message: 'This path does not take this method.',
    remedy: 'Use GET.',
    headers: { allow: 'GET, HEAD' },
  });
}
