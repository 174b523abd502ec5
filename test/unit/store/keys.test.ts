import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePaths } from '../../../src/core/path.ts';
import {
  folderRange,
  pathBytes,
  pathFrom,
  pathKey,
  rangeOf,
  restOffset,
  sequenceFrom,
  sequenceKey,
  subtreeRange,
  table,
} from '../../../src/store/keys.ts';
import { anyPathArbitrary, pathArbitrary } from '../../support/core-arbitraries.ts';

const eitherPath = fc.oneof(pathArbitrary, anyPathArbitrary);

describe('keys', () => {
  it('of paths have the order of comparePaths', () => {
    fc.assert(
      fc.property(eitherPath, eitherPath, (a, b) => {
        const keys = Buffer.compare(pathKey(1, table.record, a), pathKey(1, table.record, b));
        assert.equal(Math.sign(keys), Math.sign(comparePaths(a, b)));
      }),
      { numRuns: 5000 },
    );
  });

  it('of paths come back as the path', () => {
    fc.assert(
      fc.property(eitherPath, (path) => {
        assert.equal(pathFrom(pathBytes(path), 0), path);
        assert.equal(pathFrom(pathKey(7, table.record, path), restOffset), path);
      }),
    );
  });

  it('of a path and all below it, and no others, are one range', () => {
    fc.assert(
      fc.property(eitherPath, eitherPath, (start, path) => {
        const { gte, lt } = subtreeRange(1, table.record, start);
        const key = pathKey(1, table.record, path);
        const inside = Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
        assert.equal(inside, path === start || path.startsWith(`${start}/`));
      }),
      { numRuns: 5000 },
    );
  });

  it('of sequences have the order of numbers, also beyond 32 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        assert.equal(Math.sign(Buffer.compare(sequenceKey(1, a), sequenceKey(1, b))), Math.sign(a - b));
        assert.equal(sequenceFrom(sequenceKey(1, a)), a);
      }),
    );
  });

  it('of one folder are not in the range of another', () => {
    const key = pathKey(0x01ff_ffff, table.record, 'a' as never);
    for (const [folder, inside] of [
      [0x01ff_fffe, false],
      [0x01ff_ffff, true],
      [0x0200_0000, false],
    ] as const) {
      for (const { gte, lt } of [folderRange(folder), rangeOf(folder, table.record)]) {
        assert.equal(Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0, inside);
      }
    }
  });
});
