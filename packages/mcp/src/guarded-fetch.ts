import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { type EgressRules, isAllowedHost, isInwardHost, isPublicAddress } from './egress-rules.ts';
import { mcpError } from './errors.ts';

/**
 * A `fetch` for servers that were set up at run time: it connects to public addresses only, and checks the address
 * that it then connects to, so that a name cannot answer differently the second time. Over `node:http`, because the
 * platform's `fetch` takes no resolver. Redirects are not followed, and no proxy is used: it would resolve for us.
 */
export function createGuardedFetch(rules: EgressRules): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, { ...init, redirect: 'manual' });
    const url = new URL(request.url);
    const isAllowed = isAllowedHost(url, rules.allowedHosts);
    // A literal address is connected to without any look-up.
    if (!isAllowed && isInwardHost(url)) throw forbidden(url.host);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    return send(url, request, {
      ...(body && { body }),
      ...(isAllowed ? {} : { lookup: publicLookup(rules) }),
    });
  };
}

interface Sending {
  readonly body?: Buffer;
  readonly lookup?: LookupFunction;
}

function send(url: URL, { method, headers, signal }: Request, { body, lookup }: Sending): Promise<Response> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = start(url, {
      method,
      headers: Object.fromEntries(headers),
      signal,
      // A connection for each request: a kept one could have been made for a host that is allowed more.
      agent: false,
      ...(lookup && { lookup }),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      try {
        resolve(toResponse(incoming));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    outgoing.end(body);
  });
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function toResponse(incoming: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headersDistinct } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (WITHOUT_BODY.has(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  return new Response(body, { status, statusText, headers });
}

/** One inward address among several refuses the name: which one is taken is the resolver's choice. */
function publicLookup({ resolve = systemAddresses }: EgressRules): LookupFunction {
  return (host, options, callback) => {
    const found = resolve(host).then((addresses) => {
      if (addresses.length === 0) throw new Error(`${host} has no address`);
      if (!addresses.every(isPublicAddress)) throw forbidden(host);
      return addresses.map((address) => ({ address, family: isIP(address) }));
    });
    found.then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function forbidden(host: string) {
  return mcpError({
    code: 'mcp_address_forbidden',
    message: `${host} is an address of this machine or its network, where servers added at run time may not be.`,
    remedy: 'Add the server in the configuration file, or its host to egress.allowedHosts there.',
  });
}
