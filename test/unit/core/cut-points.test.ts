import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  chunkBytesMax,
  chunkSizesFor,
  Cutter,
  fileBytesMax,
  gearTable,
  singleChunkBytesMax,
  type ChunkSizes,
} from '../../../src/core/cut-points.ts';
import { limits } from '../../../src/wire/limits.ts';

const kiB = 1024;
const miB = 1024 * kiB;
const giB = 1024 * miB;
const sizes = chunkSizesFor(miB);
/** Small sizes, so that properties see many cuts in little data. */
const small: ChunkSizes = { min: 64, average: 256, max: 1024 };

/** Ends of all chunks of content that stands in one buffer. */
function cut(content: Uint8Array, cutSizes: ChunkSizes): number[] {
  const cutter = new Cutter(cutSizes);
  const ends: number[] = [];
  let start = 0;
  for (;;) {
    const end = cutter.next(content, start, content.length, true);
    if (end === -1) return ends;
    ends.push(end);
    start = end;
  }
}

/** Ends of all chunks when the content comes in reads of `readBytes` through a sliding buffer, as the hash worker does it. */
function cutSliding(content: Uint8Array, cutSizes: ChunkSizes, bufferBytes: number, readBytes: () => number): number[] {
  const cutter = new Cutter(cutSizes);
  const buffer = new Uint8Array(bufferBytes);
  const ends: number[] = [];
  let start = 0;
  let end = 0;
  let read = 0;
  for (;;) {
    const final = read === content.length;
    const next = cutter.next(buffer, start, end, final);
    if (next !== -1) {
      start = next;
      ends.push(read - (end - next));
      continue;
    }
    if (final) return ends;
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const piece = content.subarray(read, read + Math.min(readBytes(), bufferBytes - end));
    buffer.set(piece, end);
    end += piece.length;
    read += piece.length;
  }
}

/** Mulberry32: seeded, so that a failure repeats. */
function randomBytes(length: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    words[i] = z ^ (z >>> 14);
  }
  return new Uint8Array(words.buffer, 0, length);
}

function chunkNames(content: Uint8Array, ends: readonly number[]): string[] {
  return ends.map((end, i) =>
    createHash('sha256')
      .update(content.subarray(i === 0 ? 0 : ends[i - 1], end))
      .digest('hex'),
  );
}

describe('cut points', () => {
  it('pins what devices must share: the gear table and the cuts of known content', () => {
    const table = Buffer.alloc(1024);
    gearTable.forEach((value, i) => table.writeInt32LE(value, 4 * i));
    assert.equal(
      createHash('sha256').update(table).digest('hex'),
      'd2637dcbf27421bf9855e2cff206df4227fbd6b469c47dfff4371f238cbe2353',
    );
    const ends = cut(randomBytes(miB, 1), sizes);
    assert.deepEqual(
      ends,
      [83981, 166743, 253960, 322571, 393375, 485069, 550054, 641136, 744073, 838603, 906356, 996044, 1017969, 1048576],
    );
  });

  it('has sizes for every file, in tiers, within the limits of the wire', () => {
    assert.deepEqual(chunkSizesFor(0), { min: 16 * kiB, average: 64 * kiB, max: 256 * kiB });
    assert.deepEqual(chunkSizesFor(512 * miB), { min: 16 * kiB, average: 64 * kiB, max: 256 * kiB });
    assert.deepEqual(chunkSizesFor(512 * miB + 1), { min: 64 * kiB, average: 256 * kiB, max: miB });
    assert.deepEqual(chunkSizesFor(8 * giB), { min: 64 * kiB, average: 256 * kiB, max: miB });
    assert.deepEqual(chunkSizesFor(8 * giB + 1), { min: 256 * kiB, average: miB, max: 4 * miB });
    assert.deepEqual(chunkSizesFor(512 * giB), { min: 256 * kiB, average: miB, max: 4 * miB });
    assert.deepEqual(chunkSizesFor(512 * giB + 1), { min: 512 * kiB, average: miB, max: 4 * miB });
    for (const size of [0, 512 * miB, 8 * giB, 512 * giB, fileBytesMax]) {
      const tier = chunkSizesFor(size);
      assert.ok(Math.ceil(size / tier.min) <= limits.chunksPerFileMax, `${size} bytes may have too many chunks`);
      assert.ok(tier.max <= limits.chunkBytesMax);
      assert.ok(tier.max <= chunkBytesMax);
    }
    assert.ok(singleChunkBytesMax <= limits.chunkBytesMax);
  });

  it('cuts without gaps, every chunk but the last within min and max', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20_000 }), fc.integer(), (length, seed) => {
        const ends = cut(randomBytes(length, seed), small);
        let start = 0;
        for (const [i, end] of ends.entries()) {
          assert.ok(end - start <= small.max);
          assert.ok(i === ends.length - 1 ? end > start : end - start >= small.min);
          start = end;
        }
        assert.equal(start, length);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on how the content arrives', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20_000 }),
        fc.integer(),
        fc.integer({ min: small.max, max: 4 * small.max }),
        fc.infiniteStream(fc.integer({ min: 1, max: 2000 })),
        (length, seed, bufferBytes, reads) => {
          const content = randomBytes(length, seed);
          const readBytes = (): number => reads.next().value as number;
          assert.deepEqual(cutSliding(content, small, bufferBytes, readBytes), cut(content, small));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('cuts 8 MiB near the average, and a byte put in front changes only the first chunks', () => {
    const content = randomBytes(8 * miB, 2);
    const ends = cut(content, sizes);
    const mean = content.length / ends.length;
    assert.ok(mean > 0.9 * sizes.average && mean < 1.4 * sizes.average, `mean ${mean}`);
    const longer = new Uint8Array(content.length + 1);
    longer.set(content, 1);
    const before = new Set(chunkNames(content, ends));
    const changed = chunkNames(longer, cut(longer, sizes)).filter((name) => !before.has(name));
    assert.ok(changed.length >= 1 && changed.length <= 4, `${changed.length} chunks changed`);
  });

  it('keeps most chunks after an edit in the middle', () => {
    const content = randomBytes(8 * miB, 3);
    const edited = new Uint8Array(content.length + 5);
    edited.set(content.subarray(0, 4 * miB));
    edited.set(content.subarray(4 * miB), 4 * miB + 5);
    const before = new Set(chunkNames(content, cut(content, sizes)));
    const changed = chunkNames(edited, cut(edited, sizes)).filter((name) => !before.has(name));
    assert.ok(changed.length >= 1 && changed.length <= 5, `${changed.length} chunks changed`);
  });

  it('gives content of one repeated byte chunks of the greatest size', () => {
    for (let byte = 0; byte < 256; byte++) {
      const ends = cut(new Uint8Array(2 * sizes.max + 1).fill(byte), sizes);
      assert.deepEqual(ends, [sizes.max, 2 * sizes.max, 2 * sizes.max + 1], `byte ${byte}`);
    }
  });

  it('waits for max bytes unless the content ends, and says when nothing is left', () => {
    const cutter = new Cutter(small);
    const content = randomBytes(4096, 4);
    assert.equal(cutter.next(content, 0, small.max - 1, false), -1);
    assert.notEqual(cutter.next(content, 0, small.max, false), -1);
    assert.equal(cutter.next(content, 0, small.min, true), small.min);
    assert.equal(cutter.next(content, 0, 1, true), 1);
    assert.equal(cutter.next(content, 7, 7, true), -1);
    assert.equal(cutter.next(content, 7, 7, false), -1);
  });

  it('makes the same cuts wherever in the buffer the chunk begins', () => {
    const content = randomBytes(4096, 5);
    const moved = new Uint8Array(5000);
    moved.set(content, 777);
    const cutter = new Cutter(small);
    assert.equal(cutter.next(moved, 777, 777 + 4096, true) - 777, cutter.next(content, 0, 4096, true));
  });

  it('judges a place by the 32 bytes before it alone, from exactly min on', () => {
    const content = randomBytes(miB, 6);
    const cutter = new Cutter(small);
    let atMin = 0;
    for (let start = small.average; start + small.min < content.length; start++) {
      const place = start + small.min;
      if (cutter.next(content, start, content.length, true) !== place) continue;
      atMin++;
      // A chunk that began earlier and was not cut before ends here too.
      for (const earlier of [1, 7, small.average - small.min]) {
        assert.ok(cutter.next(content, start - earlier, content.length, true) <= place);
      }
    }
    assert.ok(atMin > 100, `${atMin} cuts at min`);
  });

  it('refuses sizes that make no sense', () => {
    for (const wrong of [
      { min: 32, average: 256, max: 1024 },
      { min: 512, average: 256, max: 1024 },
      { min: 64, average: 2048, max: 1024 },
      { min: 64.5, average: 256, max: 1024 },
      { min: 64, average: 128, max: 1024 },
    ]) {
      assert.throws(() => new Cutter(wrong), RangeError);
    }
  });
});
