import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LocalRecord, StatFingerprint } from '../../../src/core/record.ts';
import {
  canonicalBytes,
  decodeManifest,
  decodeRecord,
  encodeManifest,
  encodeRecord,
  RecordError,
} from '../../../src/store/record-codec.ts';
import { hashArbitrary, recordArbitrary } from '../../support/arbitraries.ts';

const anyStatArbitrary: fc.Arbitrary<StatFingerprint> = fc.record(
  {
    size: fc.maxSafeNat(),
    mtimeMs: fc.double({ noNaN: true }),
    ctimeMs: fc.double({ noNaN: true }),
    // Beyond 2^53 on Windows.
    inode: fc.oneof(fc.maxSafeNat(), fc.constant(2 ** 63)),
    mode: fc.nat({ max: 2 ** 32 - 1 }),
  },
  { noNullPrototype: true },
);

const recordWithStatArbitrary: fc.Arbitrary<LocalRecord> = fc
  .tuple(recordArbitrary, fc.option(anyStatArbitrary, { nil: undefined }))
  .map(([record, stat]) => ({ ...record, stat }));

describe('records as bytes', () => {
  it('come back as they were, of every kind', () => {
    fc.assert(
      fc.property(recordWithStatArbitrary, (record) => {
        assert.deepEqual(decodeRecord(record.path, encodeRecord(record)), record);
      }),
      { numRuns: 2000 },
    );
  });

  it('that were cut short, or go on, are refused', () => {
    fc.assert(
      fc.property(recordWithStatArbitrary, fc.nat(), (record, cut) => {
        const bytes = encodeRecord(record);
        assert.throws(() => decodeRecord(record.path, bytes.subarray(0, cut % bytes.length)), RecordError);
        assert.throws(() => decodeRecord(record.path, Buffer.concat([bytes, Buffer.of(0)])), RecordError);
      }),
    );
  });

  it('of an unknown format or kind are refused', () => {
    const bytes = fc.sample(recordWithStatArbitrary, 1).map(encodeRecord)[0] as Buffer;
    assert.throws(() => decodeRecord('a' as never, Buffer.concat([Buffer.of(99), bytes.subarray(1)])), RecordError);
    const kind = Buffer.from(bytes);
    kind[1] = 0x0f;
    assert.throws(() => decodeRecord('a' as never, kind), RecordError);
  });

  it('have the same canonical form whatever their stat, sequence and dot, and another for anything else', () => {
    fc.assert(
      fc.property(recordWithStatArbitrary, recordWithStatArbitrary, (a, b) => {
        const same = { ...b, path: a.path, entry: a.entry, version: a.version };
        assert.deepEqual(canonicalBytes(same), canonicalBytes(a));
        const { path, entry, version } = a;
        const equal =
          JSON.stringify({ path, entry, version }) ===
          JSON.stringify({ path: b.path, entry: b.entry, version: b.version });
        assert.equal(canonicalBytes(a).equals(canonicalBytes(b)), equal);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('chunk lists as bytes', () => {
  it('come back as they were', () => {
    const chunk = fc.record({ hash: hashArbitrary, length: fc.nat({ max: 2 ** 32 - 1 }) }, { noNullPrototype: true });
    fc.assert(
      fc.property(hashArbitrary, fc.array(chunk), (contentHash, manifest) => {
        assert.deepEqual(decodeManifest(encodeManifest(contentHash, manifest)), { contentHash, manifest });
      }),
    );
  });

  it('of an odd length are refused', () => {
    assert.throws(() => decodeManifest(Buffer.alloc(31)), RecordError);
    assert.throws(() => decodeManifest(Buffer.alloc(32 + 35)), RecordError);
  });
});
