/** File contents by hash, each made, hashed and cut once. */
import { chunkSizesFor, Cutter, singleChunkBytesMax } from '../../src/core/cut-points.ts';
import type { Hash } from '../../src/core/identifiers.ts';
import type { Chunk, Manifest } from '../../src/core/record.ts';
import { hashBytes } from '../../src/disk/blake3.ts';
import { SeededRandom } from './seeded-random.ts';

export interface Content {
  readonly bytes: Uint8Array;
  readonly hash: Hash;
  /** Undefined for one chunk or none. */
  readonly manifest: Manifest | undefined;
}

const known = new Map<string, Content>();
const knownMax = 5000;
let bigBase: Uint8Array | undefined;
const encoder = new TextEncoder();

export function contentOf(bytes: Uint8Array): Content {
  return { bytes, hash: hashBytes(bytes), manifest: cut(bytes) };
}

/** Small content that only this text has. */
export function smallContent(text: string): Content {
  return remembered(text, () => contentOf(encoder.encode(text)));
}

/** Content of several chunks; different numbers share most of them. */
export function bigContent(n: number): Content {
  return remembered(`big ${n}`, () => {
    bigBase ??= new SeededRandom(7).bytes(180_000);
    const bytes = bigBase.slice();
    bytes.set(new SeededRandom(n, 1).bytes(500), (n % 5) * 30_000);
    return contentOf(bytes);
  });
}

export const emptyContent = smallContent('');

function remembered(key: string, make: () => Content): Content {
  const there = known.get(key);
  if (there !== undefined) return there;
  if (known.size >= knownMax) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

function cut(bytes: Uint8Array): Manifest | undefined {
  if (bytes.length <= singleChunkBytesMax) return undefined;
  const cutter = new Cutter(chunkSizesFor(bytes.length));
  const manifest: Chunk[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = cutter.next(bytes, start, bytes.length, true);
    manifest.push({ hash: hashBytes(bytes.subarray(start, end)), length: end - start });
    start = end;
  }
  return manifest;
}
