/** Reads chunks where the index says they stand, and gives them out only if they still have their hash. */
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { ChunkPlace } from '../core/record.ts';
import { hashBytes } from './blake3.ts';
import { readFully, withFile } from './open-file.ts';
import type { Root } from './root.ts';

export interface ReadChunk {
  readonly hash: Hash;
  readonly length: number;
  readonly place: ChunkPlace;
}

/** Undefined for a chunk whose place no longer holds it (or cannot be read). Small chunks share one buffer. */
export function readChunks(root: Root, chunks: readonly ReadChunk[]): (Uint8Array | undefined)[] {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const buffer = new Uint8Array(total);
  let at = 0;
  return root.batch(() =>
    chunks.map(({ hash, length, place }) => {
      const bytes = buffer.subarray(at, at + length);
      if (!readAt(root, place.path, bytes, place.offset) || hashBytes(bytes) !== hash) return undefined;
      at += length;
      return bytes;
    }),
  );
}

/** Fills `bytes`; false when the file is not there, shorter, or unreadable. */
export function readAt(root: Root, path: RelativePath, bytes: Uint8Array, offset: number): boolean {
  try {
    return withFile(root, path, (fd) => readFully(fd, bytes, bytes.length, offset) === bytes.length);
  } catch {
    // Whatever the reason, the bytes are not here; the caller asks elsewhere and has the path looked at.
    return false;
  }
}
