import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareEntries, contentEqual, entriesEqual, type Entry, type FileEntry } from '../../../src/core/entry.ts';
import { entryArbitrary, hash } from '../../support/core-arbitraries.ts';

const file: FileEntry = { kind: 'file', size: 1, mtimeUs: 5, executable: false, contentHash: hash('a') };

describe('entries', () => {
  it('are ordered totally: antisymmetric, transitive, zero for equal ones alone', () => {
    fc.assert(
      fc.property(entryArbitrary, entryArbitrary, entryArbitrary, (a, b, c) => {
        const ab = Math.sign(compareEntries(a, b));
        // `+ 0` turns -0 into 0.
        assert.equal(ab, -Math.sign(compareEntries(b, a)) + 0);
        assert.equal(ab === 0, entriesEqual(a, b));
        assert.equal(compareEntries(a, { ...a }), 0);
        if (ab <= 0 && compareEntries(b, c) <= 0) assert.ok(compareEntries(a, c) <= 0);
      }),
      { numRuns: 20_000 },
    );
  });

  it('are equal only if their content is', () => {
    fc.assert(
      fc.property(entryArbitrary, entryArbitrary, (a, b) => {
        assert.equal(entriesEqual(a, b), entriesEqual(b, a));
        assert.equal(contentEqual(a, b), contentEqual(b, a));
        if (entriesEqual(a, b)) assert.ok(contentEqual(a, b));
        assert.ok(entriesEqual(a, { ...a }));
      }),
      { numRuns: 5000 },
    );
  });

  it('have equal content although time and exec bit differ', () => {
    assert.ok(contentEqual(file, { ...file, mtimeUs: 6, executable: true }));
    assert.ok(!entriesEqual(file, { ...file, mtimeUs: 6 }));
    assert.ok(!entriesEqual(file, { ...file, executable: true }));
    assert.ok(!contentEqual(file, { ...file, size: 2 }));
    assert.ok(!contentEqual(file, { ...file, contentHash: hash('b') }));
    const link: Entry = { kind: 'symlink', target: 'a', mtimeUs: 5 };
    assert.ok(contentEqual(link, { ...link, mtimeUs: 6 }));
    assert.ok(!entriesEqual(link, { ...link, mtimeUs: 6 }));
    assert.ok(!contentEqual(link, { ...link, target: 'b' }));
  });

  const ascending: readonly Entry[] = [
    { kind: 'deleted' },
    { kind: 'symlink', target: 'a', mtimeUs: 9 },
    { kind: 'symlink', target: 'b', mtimeUs: 9 },
    { kind: 'symlink', target: 'a', mtimeUs: 10 },
    { ...file, mtimeUs: -1, executable: true, size: 9 },
    { ...file, size: 9 },
    { ...file, executable: true },
    { ...file, executable: true, contentHash: hash('b') },
    { ...file, executable: true, size: 2 },
    { ...file, mtimeUs: 6 },
    { kind: 'directory' },
  ];
  it('stay by kind, then mtime, exec bit, size, hash', () => {
    assert.deepEqual(ascending.toReversed().toSorted(compareEntries), ascending);
  });
});
