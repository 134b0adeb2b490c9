import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createGcraLimiter, rateHeaders } from './rate-limiter.ts';
import { startRig } from './rig/edge-rig.ts';

describe('the rate limiter', () => {
  it('never lets more than twice the quota through in any window, and always lets a patient caller in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 }),
        (quota, gaps) => {
          let now = 1_000_000;
          const limiter = createGcraLimiter({
            policy: { name: 'x', quota, windowMs: 60_000 },
            now: () => now,
          });
          const allowedAt: number[] = [];
          for (const gap of gaps) {
            now += gap;
            const decision = limiter.take('k');
            if (decision.allowed) allowedAt.push(now);
            else {
              assert.ok(decision.retryAfterMs > 0);
              assert.equal(limiter.peek('k').allowed, false);
            }
          }
          for (const start of allowedAt) {
            const within = allowedAt.filter((at) => at >= start && at < start + 60_000).length;
            assert.ok(within <= 2 * quota, `${within} of ${quota}`);
          }
          const last = limiter.peek('k');
          now += Math.ceil(last.retryAfterMs);
          assert.equal(limiter.take('k').allowed, true);
        },
      ),
    );
  });

  it('lets the whole quota come at once, then one per interval', () => {
    let now = 0;
    const limiter = createGcraLimiter({ policy: { name: 'x', quota: 10, windowMs: 60_000 }, now: () => now });
    const burst = Array.from({ length: 12 }, () => limiter.take('k').allowed);
    assert.equal(burst.filter(Boolean).length, 10);
    now += 6_000;
    assert.equal(limiter.take('k').allowed, true);
    assert.equal(limiter.take('k').allowed, false);
    assert.equal(limiter.take('other').allowed, true);
  });

  it('holds a bounded number of keys: strangers beyond it share one, the known keep theirs', () => {
    let now = 0;
    const policy = { name: 'x', quota: 2, windowMs: 60_000 };
    const limiter = createGcraLimiter({ policy, now: () => now, maxKeys: 100 });
    limiter.take('friend');
    for (let n = 0; n < 10_000; n++) limiter.take(`flood ${n}`);
    assert.equal(limiter.take('new').allowed, false, 'shares the bucket of the flood');
    assert.equal(limiter.take('friend').allowed, true);
    now += 60_001;
    assert.equal(limiter.take('new').allowed, true, 'idle keys are forgotten');
  });

  it('tells what is left in the fields of the IETF draft', () => {
    const limiter = createGcraLimiter({ policy: { name: 'x', quota: 2, windowMs: 60_000 }, now: () => 0 });
    assert.deepEqual(rateHeaders(limiter.policy, limiter.take('k')), {
      'ratelimit-policy': '"x";q=2;w=60',
      ratelimit: '"x";r=1;t=30',
    });
    limiter.take('k');
    assert.equal(rateHeaders(limiter.policy, limiter.take('k'))['retry-after'], '30');
  });

  it('limits each credential by itself, and strangers by address', async () => {
    const rig = await startRig({
      settings: { limits: { requestsPerMinute: 5 }, server: { trustedProxies: ['127.0.0.0/8'] } },
    });
    try {
      const [one, two] = [await rig.token(), await rig.token()];
      const statuses: number[] = [];
      for (let n = 0; n < 7; n++)
        statuses.push((await rig.request('GET', '/api/v1/me', { token: one })).status);
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
      assert.equal((await rig.request('GET', '/api/v1/me', { token: two })).status, 200);
      const from = (address: string) => rig.request('GET', '/', { headers: { 'x-forwarded-for': address } });
      for (let n = 0; n < 5; n++) assert.equal((await from('6.6.6.6, 203.0.113.7')).status, 404);
      const refused = await from('7.7.7.7, 203.0.113.7');
      assert.equal(refused.status, 429, 'what the client claims before the proxy does not count');
      assert.equal(((await refused.json()) as { code: string }).code, 'rate_limited');
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
      assert.equal((await from('203.0.113.8')).status, 404);
    } finally {
      await rig.close();
    }
  });
});
