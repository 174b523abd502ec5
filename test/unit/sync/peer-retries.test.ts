/** A device that comes has everything tried again at once; one that comes and goes all the time does not undo the backoff by it. */
import assert from 'node:assert/strict';
import type { DeviceId } from '../../../src/core/identifiers.ts';
import { PeerRetries } from '../../../src/sync/peer-retries.ts';
import { devices } from '../../support/core-arbitraries.ts';

const [a, b] = devices as [DeviceId, DeviceId];

/** Time that passes when told to. */
class Clock {
  now = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  monotonic(): number {
    return this.now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= end).sort((x, y) => x.atMs - y.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.now = next.atMs;
      next.callback();
    }
    this.now = end;
  }
}

describe('PeerRetries', () => {
  let clock: Clock;
  let retried: number[];
  /** When what failed last alone was tried again. */
  let newest: number[];
  let retries: PeerRetries;
  beforeEach(() => {
    clock = new Clock();
    retried = [];
    newest = [];
    retries = new PeerRetries(clock, (which) => (which === 'all' ? retried : newest).push(clock.now));
  });

  it('tries at once when a device comes, and when another one does', () => {
    retries.came(a);
    retries.came(b);
    assert.deepEqual(retried, [0, 0]);
  });

  it('lets one that comes all the time do so ever less often, a few seconds apart at most', () => {
    for (let i = 0; i < 60 * 60 * 20; i++) {
      retries.came(a);
      clock.pass(50);
    }
    const gaps = retried.slice(1).map((time, i) => time - (retried[i] as number));
    assert.deepEqual(gaps.slice(0, 7), [250, 500, 1000, 2000, 4000, 4000, 4000]);
    assert.ok(gaps.slice(6).every((gap) => gap >= 4000 && gap <= 4050));
    // Of one device alone: the other is none the slower for it.
    retries.came(b);
    assert.equal(retried.at(-1), clock.now);
  });

  it('does not forget one that came too early', () => {
    retries.came(a);
    clock.pass(100);
    retries.came(a);
    retries.came(a);
    assert.deepEqual(retried, [0]);
    clock.pass(10_000);
    assert.deepEqual(retried, [0, 250]);
  });

  it('begins anew with one that stayed a while', () => {
    for (let i = 0; i < 100; i++) {
      retries.came(a);
      clock.pass(1000);
    }
    clock.pass(3_600_000);
    retried.length = 0;
    retries.came(a);
    clock.pass(100);
    retries.came(a);
    clock.pass(10_000);
    assert.deepEqual(retried, [clock.now - 10_100, clock.now - 9850]);
  });

  it('tries at once what failed last, of one that brings something each time, and that alone', () => {
    for (let i = 0; i < 100; i++) {
      retries.came(a);
      clock.pass(200);
      retries.brought(a);
      clock.pass(200);
    }
    assert.ok(retried.length <= 15, `${retried.length}`);
    assert.ok(newest.length >= 80, `${newest.length}`);
    // Nor more than four times a second.
    newest.length = 0;
    for (let i = 0; i < 100; i++) {
      retries.brought(a);
      retries.came(a);
      clock.pass(100);
    }
    assert.ok(newest.length <= 41, `${newest.length}`);
  });

  it('does nothing more once it is stopped', () => {
    retries.came(a);
    retries.came(a);
    retries.stop();
    clock.pass(3_600_000);
    assert.deepEqual([retried.length, clock.timers], [1, 0]);
  });
});
