/**
 * Reads files, hashes them whole and cuts them into chunks. A file that is written to meanwhile is told apart by its stat
 * before and after, so that no mix of two states is ever indexed (I3). Synchronous: for worker threads.
 */
import { chunkBytesMax, chunkSizesFor, Cutter, fileBytesMax, singleChunkBytesMax } from '../core/cut-points.ts';
import type { FileEntry } from '../core/entry.ts';
import { mtimeUsOf } from '../core/file-time.ts';
import type { RelativePath } from '../core/path.ts';
import { sameStat, type Chunk, type Manifest, type StatFingerprint } from '../core/record.ts';
import { createHasher, hashBytes } from './blake3.ts';
import { fingerprintAt, fingerprintOf } from './look.ts';
import { readFully, withFile } from './open-file.ts';
import { errnoOf, type Root } from './root.ts';

export type HashOutcome =
  | {
      readonly path: RelativePath;
      readonly ok: true;
      readonly stat: StatFingerprint;
      readonly entry: FileEntry;
      readonly manifest: Manifest | undefined;
    }
  | {
      readonly path: RelativePath;
      readonly ok: false;
      readonly reason: 'changing' | 'gone' | 'unreadable';
      readonly message: string;
    };

/** Read at once; at least twice the largest chunk. */
const bufferBytes = 8 * 1024 * 1024;
let buffer: Buffer | undefined;
const zeros = Buffer.alloc(chunkBytesMax);

/** Coarsest tick of a kernel's file times, milliseconds (Linux at 100 Hz). */
const tickMs = 10;
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * A file written a moment ago could be written again within the same tick of the file system's clock after it was read here,
 * and keep its stat: the change would never be noticed (git calls this racily clean). So its tick is let pass first.
 */
function waitOutTick(stat: StatFingerprint): void {
  const ageMs = Date.now() - stat.ctimeMs;
  if (ageMs >= 0 && ageMs < tickMs) Atomics.wait(never, 0, 0, tickMs - ageMs);
}

/** `isStopped` is asked between files and between reads; a stopped call throws. */
export function hashFiles(root: Root, paths: readonly RelativePath[], isStopped: () => boolean): HashOutcome[] {
  return root.batch(() => paths.map((path) => hashFile(root, path, isStopped)));
}

function hashFile(root: Root, path: RelativePath, isStopped: () => boolean): HashOutcome {
  if (isStopped()) throw new Error('hashing was stopped');
  try {
    return withFile(root, path, (fd, before, full) => {
      const stat = fingerprintOf(before);
      if (stat.size > fileBytesMax)
        return unreadable(path, `it is larger than ${fileBytesMax} bytes, the most that can be synchronised`);
      waitOutTick(stat);
      const content = read(fd, stat.size, isStopped);
      // By name: a file replaced by rename while it was read shows here, its descriptor would not.
      const after = fingerprintAt(full);
      if (content === undefined || !sameStat(stat, after, 'file')) return changing(path);
      const entry: FileEntry = {
        kind: 'file',
        size: stat.size,
        mtimeUs: mtimeUsOf(stat),
        executable: (stat.mode & 0o100) !== 0,
        contentHash: content.hash,
      };
      return { path, ok: true, stat, entry, manifest: content.manifest };
    });
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
      case 'ELOOP':
      case 'NO_PARENT':
      case 'NOT_DIRECTORY':
      case 'NOT_A_FILE':
        return { path, ok: false, reason: 'gone', message: 'it is no longer there' };
      default:
        if (isStopped()) throw error;
        return unreadable(path, `it cannot be read: ${(error as Error).message}`);
    }
  }
}

function unreadable(path: RelativePath, message: string): HashOutcome {
  return { path, ok: false, reason: 'unreadable', message };
}

function changing(path: RelativePath): HashOutcome {
  return { path, ok: false, reason: 'changing', message: 'it changed while it was read' };
}

/**
 * How a run of zeros is cut, and the chunk that it makes. A cut depends on no more than the next `max` bytes: so the zeros of a
 * sparse file need not be rolled through one by one, which would take most of the time.
 */
function zeroChunk(cutter: Cutter, max: number): { readonly bytes: Uint8Array; readonly chunk: Chunk } {
  const bytes = zeros.subarray(0, max);
  const length = cutter.next(bytes, 0, max, false);
  return { bytes, chunk: { hash: hashBytes(bytes.subarray(0, length)), length } };
}

interface Content {
  readonly hash: FileEntry['contentHash'];
  readonly manifest: Manifest | undefined;
}

/** Undefined when the file turned out to have another size. */
function read(fd: number, size: number, isStopped: () => boolean): Content | undefined {
  buffer ??= Buffer.allocUnsafeSlow(bufferBytes);
  if (size <= singleChunkBytesMax) {
    // One byte more than expected tells a file that grew.
    if (readFully(fd, buffer, size + 1, 0) !== size) return undefined;
    return { hash: hashBytes(buffer.subarray(0, size)), manifest: undefined };
  }
  return readChunked(fd, size, buffer, isStopped);
}

function readChunked(fd: number, size: number, window: Buffer, isStopped: () => boolean): Content | undefined {
  const sizes = chunkSizesFor(size);
  const cutter = new Cutter(sizes);
  const zero = zeroChunk(cutter, sizes.max);
  const whole = createHasher();
  const manifest: Chunk[] = [];
  let position = 0;
  let start = 0;
  let end = 0;
  for (;;) {
    if (isStopped()) throw new Error('hashing was stopped');
    window.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const read = readFully(fd, window.subarray(end), window.length - end, position);
    whole.update(window.subarray(end, end + read));
    position += read;
    end += read;
    if (position > size) return undefined;
    const final = position === size && read === 0;
    for (;;) {
      while (end - start >= sizes.max && Buffer.compare(window.subarray(start, start + sizes.max), zero.bytes) === 0) {
        manifest.push(zero.chunk);
        start += zero.chunk.length;
      }
      const cut = cutter.next(window, start, end, final);
      if (cut === -1) break;
      manifest.push({ hash: hashBytes(window.subarray(start, cut)), length: cut - start });
      start = cut;
      if (start === end) break;
    }
    if (final) break;
    if (read === 0) return undefined;
  }
  const hash = whole.digest();
  // A file of one chunk needs no list: its chunk is its content.
  return { hash, manifest: manifest.length > 1 ? manifest : undefined };
}
