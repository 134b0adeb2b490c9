import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressKey, createClientAddress } from './client-address.ts';

describe('the client address', () => {
  it('believes X-Forwarded-For only from a trusted proxy, and only the hop that proxy saw', () => {
    const address = createClientAddress(['10.0.0.0/8', '::1']);
    assert.equal(address('203.0.113.1', '1.2.3.4').address, '203.0.113.1');
    assert.equal(address('10.0.0.5', undefined).address, '10.0.0.5');
    assert.equal(address('10.0.0.5', '9.9.9.9, 1.2.3.4').address, '1.2.3.4');
    assert.equal(address('::ffff:10.0.0.5', '1.2.3.4, 10.1.1.1').address, '1.2.3.4');
    assert.equal(address('::1', 'unknown').address, '::1');
    assert.equal(address('10.0.0.5', '10.0.0.6').address, '10.0.0.6');
    assert.equal(createClientAddress([])('127.0.0.1', '1.2.3.4').address, '127.0.0.1');
  });

  it('refuses an entry that is no address', () => {
    for (const entry of ['proxy.example', '10.0.0.0/33', '10.0.0.0/', '::/129', '']) {
      assert.throws(() => createClientAddress([entry]), { code: 'trusted_proxy_invalid' });
    }
  });

  it('counts an IPv6 network of 64 bits as one caller', () => {
    assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(addressKey('2001:db8:1:2::9'), '2001:db8:1:2');
    assert.equal(addressKey('2001:DB8::9'), '2001:db8:0:0');
    assert.equal(addressKey('::1'), '0:0:0:0');
    assert.equal(addressKey('203.0.113.7'), '203.0.113.7');
    assert.equal(addressKey(''), 'unknown');
  });
});
