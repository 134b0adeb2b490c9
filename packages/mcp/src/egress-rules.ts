import { BlockList, isIP } from 'node:net';

/** Where servers that were set up at run time may be. */
export interface EgressRules {
  /** `host` or `host:port` as the URL has it: these may be at any address. */
  readonly allowedHosts: readonly string[];
  /** Finds all addresses of a name; default: the system's. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** True where the operator named this very host (or host and port). */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port;
  const names = [url.hostname, `${url.hostname}:${port}`];
  return allowedHosts.some((allowed) => names.includes(allowed.toLowerCase()));
}

/** What a URL says of itself, before anything is looked up: true for an address or name that is not public. */
export function isInwardHost(url: URL): boolean {
  // The URL parser has already turned 0x7f.1, 2130706433 and 127.1 into 127.0.0.1.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return host === 'localhost' || host.endsWith('.localhost');
}

/** True for addresses that the public network routes: not this machine, its network, a cloud's metadata, or nobody. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !RESERVED_V4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) exists for link-local addresses only.
  if (family !== 6 || address.includes('%')) return false;
  return GLOBAL_V6.check(address, 'ipv6') && !RESERVED_V6.check(address, 'ipv6');
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry: everything not globally reachable, and multicast. */
const RESERVED_V4 = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

/** Only what is assigned as global unicast; so `::1`, `::ffff:127.0.0.1`, `fe80::`, `fc00::`, `64:ff9b::` are not. */
const GLOBAL_V6 = subnets('ipv6', [['2000::', 3]]);

/** Within it: protocol assignments and Teredo, documentation, and 6to4, which carries an IPv4 address inside. */
const RESERVED_V6 = subnets('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
