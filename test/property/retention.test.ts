import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseDrops, defaultRetention, excessBytes, isExpired, type KeptItem } from '../../src/core/retention.ts';

const now = 100 * 24 * 3_600_000;
const limits = defaultRetention;

const item = fc.record({
  keptMs: fc.integer({ min: now - limits.keptMsMax, max: now + 1000 }),
  bytes: fc.integer({ min: 0, max: 1000 }),
  isNewest: fc.boolean(),
});
const space = fc
  .record({ totalBytes: fc.integer({ min: 1, max: 100_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ totalBytes, share }) => ({ totalBytes, freeBytes: Math.floor(totalBytes * share) }));

const bytesOf = (items: readonly KeptItem[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0);
const isSpared = ({ isNewest, keptMs }: KeptItem): boolean => isNewest && keptMs >= now - limits.sparedMs;

describe('retention', () => {
  it('drops the oldest first, no more than it takes, and spares the newest of each path until the disk is nearly full', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), space, (items, space) => {
        const kept = bytesOf(items);
        const dropped = chooseDrops(items, kept, space, now, limits);
        const staying = items.filter((one) => !dropped.includes(one));
        const after = { ...space, freeBytes: space.freeBytes + bytesOf(dropped) };
        const common = dropped.filter((one) => !isSpared(one));
        // Enough: either within the limits, or nothing but what is spared stays.
        const enough = excessBytes(bytesOf(staying), after, limits) <= 0;
        assert.equal(enough || staying.every(isSpared), true);
        // Oldest first among those that may go.
        const oldestStaying = Math.min(...staying.filter((one) => !isSpared(one)).map(({ keptMs }) => keptMs));
        assert.equal(
          common.every(({ keptMs }) => keptMs <= oldestStaying),
          true,
        );
        // No more than it takes: without the last of them it would not have been enough.
        const last = common.at(-1);
        if (last !== undefined) {
          const without = bytesOf(common) - last.bytes;
          assert.equal(
            excessBytes(kept - without, { ...space, freeBytes: space.freeBytes + without }, limits) > 0,
            true,
          );
        }
        // What is spared goes only when the disk is nearly full and everything else has gone.
        const spared = dropped.filter(isSpared);
        if (spared.length > 0) {
          assert.equal(staying.every(isSpared), true);
          const left = space.freeBytes + bytesOf(common);
          assert.equal(left < limits.freeShareUrgent * space.totalBytes, true);
        }
      }),
    );
  });

  it('keeps everything while there is room', () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const roomy = { totalBytes: 1e9, freeBytes: 9e8 };
        assert.deepEqual(chooseDrops(items, bytesOf(items), roomy, now, limits), []);
        assert.equal(
          items.some((one) => isExpired(one, now, limits)),
          false,
        );
      }),
    );
  });

  it('lets go of what is older than its time', () => {
    assert.equal(isExpired({ keptMs: now - limits.keptMsMax - 1 }, now, limits), true);
  });
});
