/** The parts that keep things bounded: what discovery remembers, bytes in memory, rates, and what counts as the LAN. */
import assert from 'node:assert/strict';
import type { DeviceId } from '../../../src/core/identifiers.ts';
import { ByteBudget } from '../../../src/net/byte-budget.ts';
import { isLanAddress } from '../../../src/net/discovery/interfaces.ts';
import { SeenDevices } from '../../../src/net/discovery/seen-devices.ts';
import { netLimits } from '../../../src/net/net-limits.ts';
import { RateLimiter } from '../../../src/net/rate-limiter.ts';

const never = new AbortController().signal;

describe('net: bounds', () => {
  it('discovery remembers so many devices and addresses, the newest, for so long', () => {
    let now = 0;
    const seen = new SeenDevices(() => now);
    const device = 'first' as DeviceId;
    assert.equal(seen.add(device, ['/ip4/10.0.0.1/tcp/1']), true);
    assert.equal(seen.add(device, ['/ip4/10.0.0.1/tcp/1']), false);
    for (let i = 0; i < 100; i++) seen.add(device, [`/ip4/10.0.0.2/tcp/${i}`]);
    assert.equal(seen.addresses(device).length, netLimits.addressesPerDeviceMax);
    assert.equal(seen.addresses(device)[0], '/ip4/10.0.0.2/tcp/99');
    for (let i = 0; i < 5000; i++) seen.add(`flood ${i}` as DeviceId, ['/ip4/10.0.0.3/tcp/1']);
    assert.equal(seen.list().length, netLimits.discoveredDevicesMax);
    assert.equal(seen.list()[0]?.device, 'flood 4999');
    assert.deepEqual(seen.addresses(device), []);
    now = netLimits.discoveredMsMax + 1;
    assert.deepEqual(seen.list(), []);
  });

  it('a byte budget is never exceeded, and serves in order', async () => {
    const budget = new ByteBudget(100);
    const releaseA = await budget.take(60, never);
    const order: string[] = [];
    const b = budget.take(50, never).then((release) => (order.push('b'), release));
    const c = budget.take(1, never).then((release) => (order.push('c'), release));
    const abort = new AbortController();
    const d = budget.take(1000, abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(d, /enough/);
    assert.deepEqual(order, []);
    assert.equal(budget.used, 60);
    releaseA();
    releaseA();
    (await b)();
    (await c)();
    assert.deepEqual(order, ['b', 'c']);
    const whole = await budget.take(1000, never);
    assert.equal(budget.used, 100);
    whole();
    assert.equal(budget.used, 0);
  });

  it('a rate limit lets bursts be paid for, and ends at once when it is lifted or the wait is called off', async () => {
    const limiter = new RateLimiter(() => performance.now());
    await limiter.take(1e12, never);
    limiter.set(1000);
    await limiter.take(1e9, never);
    const abort = new AbortController();
    const waiting = limiter.take(1, abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    const lifted = limiter.take(1, never);
    limiter.set(undefined);
    await lifted;
  });

  for (const [address, expected] of [
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['192.168.5.5', true],
    ['169.254.1.1', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['2001:4860:4860::8888', false],
    ['example.org', false],
  ] as const) {
    it(`${address} is ${expected ? 'on' : 'not on'} the LAN`, () => assert.equal(isLanAddress(address), expected));
  }
});
