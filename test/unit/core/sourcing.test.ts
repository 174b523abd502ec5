import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceId } from '../../../src/core/identifiers.ts';
import { assign, batches, type MissingChunk } from '../../../src/core/sourcing.ts';
import { devices, hash, hashArbitrary } from '../../support/core-arbitraries.ts';

const [a, b, c] = devices as [DeviceId, DeviceId, DeviceId];
const chunk = (length: number, ...holders: DeviceId[]): MissingChunk => ({ hash: hash('0'), length, holders });

describe('sourcing', () => {
  it('gives each chunk to the holder with the fewest bytes on order', () => {
    const chunks = [chunk(10, a, b), chunk(5, b, a), chunk(3, a, b), chunk(1, a), chunk(7, c, b), chunk(2)];
    assert.deepEqual(
      assign(chunks, new Map()),
      new Map([
        [a, [0, 3]],
        [b, [1, 2]],
        [c, [4]],
      ]),
    );
  });

  it('counts what a device has on order already', () => {
    const chunks = [chunk(10, a, b), chunk(10, a, b), chunk(10, a, b)];
    assert.deepEqual(
      assign(chunks, new Map([[a, 15]])),
      new Map([
        [b, [0, 1]],
        [a, [2]],
      ]),
    );
  });

  it('leaves its argument as it was, and is empty for nothing', () => {
    const load = new Map([[a, 1]]);
    assert.equal(assign([chunk(1)], load).size, 0);
    assign([chunk(1, a)], load);
    assert.deepEqual(load, new Map([[a, 1]]));
  });

  it('asks a holder for every chunk once, evenly, whatever the order of holders', () => {
    const chunks = fc.array(
      fc.record({ hash: hashArbitrary, length: fc.integer({ min: 1, max: 100 }), holders: fc.subarray([...devices]) }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(chunks, (list) => {
        const assigned = assign(list, new Map());
        const seen = [...assigned].flatMap(([device, indexes]) => {
          assert.deepEqual(
            indexes,
            indexes.toSorted((x, y) => x - y),
          );
          for (const index of indexes) assert.ok(list[index]!.holders.includes(device));
          return indexes;
        });
        const expected = list.flatMap((item, index) => (item.holders.length > 0 ? [index] : []));
        assert.deepEqual(
          seen.toSorted((x, y) => x - y),
          expected,
        );
        const reversed = list.map((item) => ({ ...item, holders: item.holders.toReversed() }));
        assert.deepEqual(assign(reversed, new Map()), assigned);
        if (list.every((item) => item.holders.length === devices.length)) {
          const loads = devices.map((device) =>
            (assigned.get(device) ?? []).reduce((sum, i) => sum + list[i]!.length, 0),
          );
          assert.ok(Math.max(...loads) - Math.min(...loads) <= 100);
        }
      }),
    );
  });

  it('batches in order within both maxima; a larger item stands alone', () => {
    const lengths = (...list: number[]): { length: number }[] => list.map((length) => ({ length }));
    assert.deepEqual(batches([], 3, 10), []);
    assert.deepEqual(batches(lengths(1, 1, 1, 1), 3, 10), [[0, 1, 2], [3]]);
    assert.deepEqual(batches(lengths(5, 5, 1), 3, 10), [[0, 1], [2]]);
    assert.deepEqual(batches(lengths(1, 11, 1), 3, 10), [[0], [1], [2]]);
    assert.deepEqual(batches(lengths(0, 0, 0), 2, 0), [[0, 1], [2]]);
    fc.assert(
      fc.property(
        fc.array(fc.record({ length: fc.nat({ max: 20 }) })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 15 }),
        (items, itemsMax, bytesMax) => {
          const runs = batches(items, itemsMax, bytesMax);
          assert.deepEqual(
            runs.flat(),
            items.map((_, i) => i),
          );
          for (const [i, run] of runs.entries()) {
            const bytes = run.reduce((sum, index) => sum + items[index]!.length, 0);
            assert.ok(run.length >= 1 && run.length <= itemsMax && (bytes <= bytesMax || run.length === 1));
            const next = runs[i + 1]?.[0];
            // No run ends early.
            if (next !== undefined) assert.ok(run.length === itemsMax || bytes + items[next]!.length > bytesMax);
          }
        },
      ),
    );
  });
});
