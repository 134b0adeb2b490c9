import { BlockList, isIP, isIPv6 } from 'node:net';
import { httpError } from './errors.ts';

/** Finds who is really calling: the socket's address, or what a trusted proxy says it forwarded. */
export type ClientAddress = (
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
) => { readonly address: string; readonly trustedPeer: boolean };

export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const entry of trustedProxies) addTrusted(trusted, entry);
  return (socketAddress, forwardedFor) => {
    const peer = plainAddress(socketAddress ?? '');
    const trustedPeer = trustedProxies.length > 0 && isTrusted(trusted, peer);
    const address = trustedPeer && forwardedFor !== undefined ? nearestStranger(forwardedFor, peer) : peer;
    return { address, trustedPeer };
  };

  function nearestStranger(forwardedFor: string, peer: string): string {
    // From the right: each hop was appended by the proxy after it, so the first one we do not trust is the client.
    const hops = forwardedFor.split(',').slice(-MAX_HOPS).reverse();
    let nearest = peer;
    for (const hop of hops) {
      const address = plainAddress(hop.trim());
      if (isIP(address) === 0) return nearest;
      nearest = address;
      if (!isTrusted(trusted, address)) return address;
    }
    return nearest;
  }
}

/** What a limit counts by: an IPv6 client owns at least a /64, so that is one caller. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address === '' ? 'unknown' : address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const zeros =
    tail === undefined ? 0 : Math.max(0, 8 - groups.length - tail.split(':').filter(Boolean).length);
  const filled = [
    ...groups,
    ...Array.from({ length: zeros }, () => '0'),
    ...(tail ?? '').split(':').filter(Boolean),
  ];
  return filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}

const MAX_HOPS = 20;

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function isTrusted(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function addTrusted(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/');
  const family = isIP(address);
  const max = family === 6 ? 128 : 32;
  const prefix = bits === undefined ? max : Number(bits);
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > max || bits === '') {
    throw httpError({
      code: 'trusted_proxy_invalid',
      message: `server.trustedProxies holds "${entry}", which is neither an IP address nor a network.`,
      remedy: 'Write addresses like 10.0.0.5 or networks like 10.0.0.0/8.',
    });
  }
  list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
}
