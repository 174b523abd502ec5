import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  bumpVersion,
  compareVersions,
  counterOf,
  covers,
  isVersionVector,
  joinVersions,
  type Causality,
  type VersionVector,
} from '../../../src/core/version.ts';
import { dotArbitrary, replicas, versionArbitrary } from '../../support/core-arbitraries.ts';

/** The definition: a ≤ b when no counter of a is above b's. */
function naive(a: VersionVector, b: VersionVector): Causality {
  const [x, y] = [new Map(a), new Map(b)];
  const ids = [...x.keys(), ...y.keys()];
  const atMost = ids.every((id) => (x.get(id) ?? 0) <= (y.get(id) ?? 0));
  const atLeast = ids.every((id) => (x.get(id) ?? 0) >= (y.get(id) ?? 0));
  return atMost ? (atLeast ? 'equal' : 'before') : atLeast ? 'after' : 'concurrent';
}

describe('version vectors', () => {
  it('compare as their definition says', () => {
    const reached = new Set<Causality>();
    fc.assert(
      fc.property(versionArbitrary, versionArbitrary, (a, b) => {
        reached.add(naive(a, b));
        assert.equal(compareVersions(a, b), naive(a, b));
      }),
      { numRuns: 5000 },
    );
    assert.equal(reached.size, 4);
  });

  it('join as a semilattice: the least vector that knows what both know', () => {
    fc.assert(
      fc.property(versionArbitrary, versionArbitrary, versionArbitrary, (a, b, c) => {
        const ab = joinVersions(a, b);
        assert.ok(isVersionVector(ab));
        assert.deepEqual(ab, joinVersions(b, a));
        assert.deepEqual(joinVersions(ab, c), joinVersions(a, joinVersions(b, c)));
        assert.deepEqual(joinVersions(a, a), a);
        assert.deepEqual(joinVersions(a, []), a);
        for (const id of replicas) assert.equal(counterOf(ab, id), Math.max(counterOf(a, id), counterOf(b, id)));
        assert.ok(['before', 'equal'].includes(compareVersions(a, ab)));
        assert.equal(
          compareVersions(a, b) === 'before' || compareVersions(a, b) === 'equal',
          compareVersions(ab, b) === 'equal',
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('cover a write from its counter on, and after a bump', () => {
    fc.assert(
      fc.property(versionArbitrary, dotArbitrary, (version, dot) => {
        assert.equal(covers(version, dot), counterOf(version, dot.replica) >= dot.counter);
        if (covers(version, dot)) {
          // A write that is known already is none: its counter went backwards.
          assert.throws(() => bumpVersion(version, dot), RangeError);
          return;
        }
        const bumped = bumpVersion(version, dot);
        assert.ok(isVersionVector(bumped));
        assert.ok(covers(bumped, dot));
        assert.equal(compareVersions(version, bumped), 'before');
        for (const id of replicas) if (id !== dot.replica) assert.equal(counterOf(bumped, id), counterOf(version, id));
      }),
      { numRuns: 3000 },
    );
  });

  const [first, second] = replicas as unknown as [string, string];
  const malformed: readonly (readonly [why: string, pairs: readonly (readonly [string, number])[]])[] = [
    [
      'out of order',
      [
        [second, 1],
        [first, 1],
      ],
    ],
    [
      'a replica twice',
      [
        [first, 1],
        [first, 2],
      ],
    ],
    ['zero', [[first, 0]]],
    ['a negative counter', [[first, -1]]],
    ['a fraction', [[first, 1.5]]],
    ['beyond safe integers', [[first, 2 ** 53]]],
    ['no number', [[first, Number.NaN]]],
  ];
  for (const [why, pairs] of malformed) it(`are refused: ${why}`, () => assert.equal(isVersionVector(pairs), false));
  it('are accepted in order, also empty', () => {
    assert.ok(isVersionVector([]));
    assert.ok(
      isVersionVector([
        [first, 1],
        [second, Number.MAX_SAFE_INTEGER],
      ]),
    );
  });
});
