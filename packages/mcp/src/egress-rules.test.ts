import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAllowedHost, isInwardHost, isPublicAddress } from './egress-rules.ts';

const INWARD = [
  ...['0.0.0.0', '127.0.0.1', '127.8.9.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
  // An IPv4 address in IPv6 clothes: mapped, compatible, translated, 6to4, Teredo.
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
  ],
];
const OUTWARD = [
  '1.1.1.1',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00::1',
];

test('addresses of this machine, its network, metadata services and nobody are not public', () => {
  assert.deepEqual(INWARD.filter(isPublicAddress), []);
  assert.deepEqual(
    OUTWARD.filter((address) => !isPublicAddress(address)),
    [],
  );
  for (const odd of ['', 'localhost', '1.2.3', '0x7f000001', '[::1]', '127.0.0.1 ']) {
    assert.equal(isPublicAddress(odd), false, odd);
  }
});

test('no private IPv4 address becomes public by being written as mapped IPv6', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
      const hex = [(a << 8) | b, (c << 8) | d].map((word) => word.toString(16)).join(':');
      assert.equal(isPublicAddress(`::ffff:${hex}`), false);
      assert.equal(isPublicAddress(`::ffff:${a}.${b}.${c}.${d}`), false);
    }),
  );
});

test('every way of writing loopback into an address is seen before it is looked up', () => {
  const forms = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '0', '127.0.0.1.'];
  for (const host of [
    ...forms,
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
  ]) {
    assert.equal(isInwardHost(new URL(`http://${host}:8080/`)), true, host);
  }
  for (const host of ['example.com', '1.1.1.1', '[2606:4700::1111]', 'localhost.example.com']) {
    assert.equal(isInwardHost(new URL(`http://${host}/`)), false, host);
  }
});

test('an allowed host is that very name, on its port where one is said', () => {
  const is = (url: string, allowed: string) => isAllowedHost(new URL(url), [allowed]);
  assert.equal(is('http://tools.lan/mcp', 'tools.lan'), true);
  assert.equal(is('http://tools.lan:99/mcp', 'Tools.LAN'), true);
  assert.equal(is('http://tools.lan:99/mcp', 'tools.lan:99'), true);
  assert.equal(is('https://tools.lan/mcp', 'tools.lan:443'), true);
  assert.equal(is('http://[::1]:99/', '[::1]:99'), true);
  assert.equal(is('http://tools.lan:98/mcp', 'tools.lan:99'), false);
  assert.equal(is('http://evil.tools.lan/', 'tools.lan'), false);
  assert.equal(is('http://tools.lan.evil/', 'tools.lan'), false);
  assert.equal(is('http://tools.lan@evil/', 'tools.lan'), false);
});
