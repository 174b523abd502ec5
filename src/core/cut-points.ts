/**
 * Where a file's content is cut into chunks: FastCDC (W. Xia et al., "FastCDC: a Fast and Efficient Content-Defined
 * Chunking Approach for Data Deduplication", USENIX ATC 2016; "The Design of Fast Content-Defined Chunking", IEEE TPDS
 * 2020) with a 32-bit gear hash and normalised chunking of level 2. An insertion moves only the cuts near it, so an edited
 * file shares nearly all of its chunks with its former self.
 *
 * The gear table, the masks and the sizes are part of the protocol in effect: two devices that cut alike exchange less.
 * Nothing breaks when they differ (chunks are found by hash alone). Test: test/unit/core/cut-points.test.ts pins them.
 *
 * One deviation from the paper: the hash is warmed up on the 32 bytes before the earliest cut, so that whether a place is a
 * cut depends on the bytes before it alone, and not on where the chunk began; cuts meet again sooner after an edit.
 */

/** Bytes. `average` is the size from which the laxer mask applies; the mean over random data is about 1.15 times that. */
export interface ChunkSizes {
  readonly min: number;
  readonly average: number;
  readonly max: number;
}

const kiB = 1024;
const miB = 1024 * kiB;
const giB = 1024 * miB;

/** A file of at most this many bytes is one chunk, whose hash is the file's content hash. It is not cut. */
export const singleChunkBytesMax = 128 * kiB;

/** The largest file that is synchronised: in its tier at most 2^21 chunks (limits.chunksPerFileMax), whatever its content. */
export const fileBytesMax = 1024 * giB;

interface SizeTier {
  readonly fileBytesMax: number;
  readonly sizes: ChunkSizes;
}

/** Larger files get larger chunks, so that manifests stay small. The last tier's min is what keeps 1 TiB within 2^21 chunks. */
const tiers: readonly SizeTier[] = [
  { fileBytesMax: 512 * miB, sizes: { min: 16 * kiB, average: 64 * kiB, max: 256 * kiB } },
  { fileBytesMax: 8 * giB, sizes: { min: 64 * kiB, average: 256 * kiB, max: miB } },
  { fileBytesMax: 512 * giB, sizes: { min: 256 * kiB, average: miB, max: 4 * miB } },
];
const largestSizes: ChunkSizes = { min: 512 * kiB, average: miB, max: 4 * miB };

/** The greatest `max` of all tiers: what a buffer for any Cutter must hold. */
export const chunkBytesMax = largestSizes.max;

/** Sizes for a file of `fileSize` bytes. A file that crosses a tier while it grows is cut anew as a whole. */
export function chunkSizesFor(fileSize: number): ChunkSizes {
  for (const tier of tiers) if (fileSize <= tier.fileBytesMax) return tier.sizes;
  return largestSizes;
}

/** Bytes that have an influence on a 32-bit gear hash: each step shifts the older ones out by one bit. */
const windowBytes = 32;
const normalisationLevel = 2;
const gearSeed = 0x70327073; // 'p2ps'

/** 256 random 32-bit numbers: splitmix32 (the 32-bit form of Steele, Lea and Flood's SplitMix, OOPSLA 2014), in order. */
export const gearTable: Int32Array = makeGearTable(gearSeed);

function makeGearTable(seed: number): Int32Array {
  const table = new Int32Array(256);
  let state = seed;
  for (let i = 0; i < table.length; i++) {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    table[i] = z ^ (z >>> 15);
  }
  return table;
}

/** The `bits` highest bits: those that depend on most of the window. */
function highBits(bits: number): number {
  return bits === 0 ? 0 : -1 << (32 - bits);
}

/** Cuts one file's content. Holds no state between chunks: one Cutter may serve many files of one tier. */
export class Cutter {
  readonly #min: number;
  readonly #average: number;
  readonly #max: number;
  /** Below the average a cut is four times as unlikely, beyond it four times as likely: sizes gather around the average. */
  readonly #strictMask: number;
  readonly #laxMask: number;

  /** Throws on sizes that are not whole numbers with 32 < min <= average <= max, or an average outside 2^8…2^28. */
  constructor(sizes: ChunkSizes) {
    const { min, average, max } = sizes;
    const whole = Number.isInteger(min) && Number.isInteger(average) && Number.isInteger(max);
    if (!whole || min <= windowBytes || average < min || max < average || average < 2 ** 8 || average > 2 ** 28) {
      throw new RangeError(`Chunk sizes out of order: min ${min}, average ${average}, max ${max}`);
    }
    const bits = Math.round(Math.log2(average));
    this.#min = min;
    this.#average = average;
    this.#max = max;
    this.#strictMask = highBits(bits + normalisationLevel);
    this.#laxMask = highBits(bits - normalisationLevel);
  }

  /**
   * The end (exclusive, an index into `buffer`) of the chunk that begins at `start`; content stands in [start, end).
   * -1 when that is less than `max` bytes and more will follow (`final` false), and when nothing is left. So a caller keeps
   * a sliding buffer of at least `max` bytes, takes chunks until -1, moves the rest to the front and reads on.
   */
  next(buffer: Uint8Array, start: number, end: number, final: boolean): number {
    const available = end - start;
    if (available <= 0 || (!final && available < this.#max)) return -1;
    if (available <= this.#min) return end;
    const gear = gearTable;
    const strictMask = this.#strictMask;
    const laxMask = this.#laxMask;
    const stop = start + Math.min(available, this.#max);
    const normal = start + Math.min(available, this.#average);
    // A cut after byte i ends the chunk at i + 1: the first place is the one that makes it `min` long.
    let i = start + this.#min - windowBytes;
    const first = start + this.#min - 1;
    let hash = 0;
    for (; i < first; i++) hash = ((hash << 1) + gear[buffer[i]!]!) | 0;
    for (; i < normal; i++) {
      hash = ((hash << 1) + gear[buffer[i]!]!) | 0;
      if ((hash & strictMask) === 0) return i + 1;
    }
    for (; i < stop; i++) {
      hash = ((hash << 1) + gear[buffer[i]!]!) | 0;
      if ((hash & laxMask) === 0) return i + 1;
    }
    return stop;
  }
}
