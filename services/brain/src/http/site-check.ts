import { httpError } from './errors.ts';

/** What a browser tells of where a request comes from. */
export interface RequestSite {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
}

/** Throws unless the Host header names this server: a page of a rebound DNS name must not reach us. */
export type HostCheck = (host: string | undefined) => void;

export function createHostCheck(bindHost: string, allowedHosts: readonly string[]): HostCheck {
  const allowed = new Set(['localhost', '127.0.0.1', '[::1]']);
  for (const name of [bindHost, ...allowedHosts]) {
    const plain = name.trim().toLowerCase();
    if (plain === '' || plain === '0.0.0.0' || plain === '::') continue;
    allowed.add(
      plain.includes(':') && !plain.includes('[') && plain.split(':').length > 2 ? `[${plain}]` : plain,
    );
  }
  return (host) => {
    const full = (host ?? '').toLowerCase();
    const name = full.replace(/:\d{1,5}$/, '').replace(/\.$/, '');
    if (allowed.has(full) || allowed.has(name)) return;
    throw httpError({
      code: 'host_refused',
      message: 'The Host header names a server that this is not.',
      remedy: 'Use the address that was printed at start, or add the name to server.allowedHosts.',
    });
  };
}

/**
 * Refuses what another site's page asks for. There is no CORS here: only our own pages and programs outside a
 * browser call us. `navigation` lets a plain link from elsewhere open the console.
 */
export function checkSite(site: RequestSite, navigation: boolean): void {
  if (site.origin !== undefined && !sameOrigin(site.origin, site.host)) throw refusal();
  if (site.fetchSite === undefined || site.fetchSite === 'same-origin' || site.fetchSite === 'none') return;
  if (navigation && site.fetchMode === 'navigate' && site.method === 'GET') return;
  throw refusal();
}

/** A browser session changes nothing unless the browser vouched for our own page: both headers missing is a refusal. */
export function checkSessionSite(site: RequestSite): void {
  if (site.method === 'GET' || site.method === 'HEAD') return;
  if (site.origin === undefined && site.fetchSite !== 'same-origin') throw refusal();
}

function sameOrigin(origin: string, host: string | undefined): boolean {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return (
    match !== null &&
    host !== undefined &&
    withoutDefaultPort(match[1] ?? '') === withoutDefaultPort(host.toLowerCase())
  );
}

function withoutDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, '');
}

function refusal(): Error {
  return httpError({
    code: 'origin_refused',
    message: 'This request comes from a page of another site.',
    remedy:
      'Call the API from the console or from a program with a token; browsers of other sites are never answered.',
  });
}
