/** Whatever is encoded is decoded to the same value, for every message; and a batch of records is fast enough. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Hash, ReplicaId } from '../../../src/core/identifiers.ts';
import type { RelativePath } from '../../../src/core/path.ts';
import type { AnnouncedRecord } from '../../../src/core/record.ts';
import {
  decodeChunks,
  decodeHello,
  decodeIndex,
  decodePairing,
  encodeChunks,
  encodeHello,
  encodeIndex,
  encodePairing,
} from '../../../src/wire/codec.ts';
import { limits } from '../../../src/wire/limits.ts';
import { splitUpdate } from '../../../src/wire/record-codec.ts';
import {
  chunksMessageArbitrary,
  helloMessageArbitrary,
  indexMessageArbitrary,
  pairingMessageArbitrary,
  recordArbitrary,
} from '../../support/arbitraries.ts';

function record(i: number): AnnouncedRecord {
  const hash = i.toString(16).padStart(64, 'a') as Hash;
  const replica = (n: number): ReplicaId => `00112233445566${n}${n}` as ReplicaId;
  return {
    path: `src/components/folder-${i % 50}/some-file-name-${i}.test.ts` as RelativePath,
    entry: { kind: 'file', size: i * 100, mtimeUs: 1_764_000_000_000_000 + i, executable: false, contentHash: hash },
    version: [
      [replica(0), i + 1],
      [replica(1), 7],
    ],
    dot: { replica: replica(0), counter: i + 1 },
    sequence: i + 1,
  };
}

describe('wire codec round trips', () => {
  it('hello', () => {
    fc.assert(fc.property(helloMessageArbitrary, (m) => assert.deepStrictEqual(decodeHello(encodeHello(m)), m)));
  });

  it('index', () => {
    fc.assert(fc.property(indexMessageArbitrary, (m) => assert.deepStrictEqual(decodeIndex(encodeIndex(m)), m)));
  });

  it('chunks', () => {
    fc.assert(fc.property(chunksMessageArbitrary, (m) => assert.deepStrictEqual(decodeChunks(encodeChunks(m)), m)));
  });

  it('pairing', () => {
    fc.assert(fc.property(pairingMessageArbitrary, (m) => assert.deepStrictEqual(decodePairing(encodePairing(m)), m)));
  });

  it('chunk content is a view into the message, not a copy', () => {
    const bytes = encodeChunks({ type: 'chunk-response', id: 1, chunks: [new Uint8Array(1000).fill(7)] });
    const decoded = decodeChunks(bytes);
    assert.ok(decoded.type === 'chunk-response');
    assert.equal(decoded.chunks[0]?.buffer, bytes.buffer);
  });

  it('names every replica once per batch, however many records refer to it', () => {
    const records = Array.from({ length: 100 }, (_, i) => record(i));
    const bytes = Buffer.from(encodeIndex({ type: 'index-update', records, upTo: 100, caughtUp: false }));
    const needle = Buffer.from('0011223344556611', 'hex');
    const first = bytes.indexOf(needle);
    assert.ok(first >= 0);
    assert.equal(bytes.indexOf(needle, first + 1), -1);
  });

  it('encodes and decodes 4096 records in some 10 ms each', function () {
    const records = Array.from({ length: limits.recordsPerUpdateMax }, (_, i) => record(i));
    const times = { encode: Infinity, decode: Infinity };
    let bytes = new Uint8Array();
    for (let i = 0; i < 15; i++) {
      const start = performance.now();
      bytes = new Uint8Array(encodeIndex({ type: 'index-update', records, upTo: records.length, caughtUp: false }));
      const middle = performance.now();
      decodeIndex(bytes);
      times.encode = Math.min(times.encode, middle - start);
      times.decode = Math.min(times.decode, performance.now() - middle);
    }
    if (process.env['SHOW_FIGURES'] !== undefined) console.log(times, bytes.length / records.length);
    // Five times the aim: the machine may be busy.
    assert.ok(times.encode < 50, `encode ${times.encode} ms`);
    assert.ok(times.decode < 50, `decode ${times.decode} ms`);
  });
});

describe('wire splitUpdate', () => {
  it('keeps every record in order, below both limits, complete up to the last record of each part', () => {
    const long = Array.from({ length: 40 }, (_, i) => `${String(i).padStart(3, '0')}${'x'.repeat(97)}`).join('/');
    const records = Array.from({ length: 10_000 }, (_, i) => ({
      ...record(i),
      ...(i % 2 === 0 ? { path: long as RelativePath } : {}),
    }));
    const updates = splitUpdate(records, 20_000, true);
    assert.ok(updates.length >= 3);
    assert.deepEqual(
      updates.flatMap((update) => update.records),
      records,
    );
    for (const update of updates) {
      assert.ok(update.records.length <= limits.recordsPerUpdateMax);
      assert.deepStrictEqual(decodeIndex(encodeIndex(update)), update);
    }
    assert.equal(updates.at(-1)?.upTo, 20_000);
    assert.deepEqual(
      updates.map(({ caughtUp }) => caughtUp),
      updates.map((_, i) => i === updates.length - 1),
    );
    for (const update of updates.slice(0, -1)) assert.equal(update.upTo, update.records.at(-1)?.sequence);
  });

  it('says only how far it is complete when there are no records', () => {
    assert.deepEqual(splitUpdate([], 5, true), [{ type: 'index-update', records: [], upTo: 5, caughtUp: true }]);
  });

  it('never underestimates a record', () => {
    fc.assert(
      fc.property(recordArbitrary, (r) => {
        const padded = Array.from({ length: 50 }, () => r);
        for (const update of splitUpdate(padded, 1, false))
          assert.ok(encodeIndex(update).length <= limits.frameBytesMax);
      }),
      { numRuns: 20 },
    );
  });
});
