/**
 * Content on its way in: `.p2psync/staging/<contentHash>`, written piece by piece, each verified before it is written and the
 * whole once more at the end (I12). Named by content, so that a later life of the daemon goes on where this one ended.
 * Synchronous: for worker threads. What the system refuses (disk full, read-only) is thrown for the whole call.
 */
import {
  closeSync,
  constants,
  ftruncateSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { chunkBytesMax } from '../core/cut-points.ts';
import type { Hash } from '../core/identifiers.ts';
import type { ChunkPlace, Manifest } from '../core/record.ts';
import { createHasher, hashBytes, type Hasher } from './blake3.ts';
import { readFully } from './open-file.ts';
import { stagingDirectory, withOwnDirectory } from './own-directory.ts';
import { readAt } from './read-chunk.ts';
import { errnoOf, type Root } from './root.ts';

export interface StagePiece {
  readonly contentHash: Hash;
  readonly fileSize: number;
  readonly offset: number;
  readonly length: number;
  readonly hash: Hash;
  readonly from: { readonly bytes: Uint8Array } | { readonly place: ChunkPlace };
}

const openFlags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const bufferBytes = 4 * 1024 * 1024;
/** Shorter runs of zeros are written: a hole is at least a block of the file system. */
const holeBytesMin = 4096;
const zeros = Buffer.alloc(chunkBytesMax);

/** Files whose one piece was verified in this thread, as they then were: untouched, they need no second reading. */
const verifiedWhole = new Map<string, string>();
const verifiedWholeMax = 20_000;
/**
 * Larger files are hashed as a whole while their pieces come in order, by the thread that writes them: at the end nothing, or only
 * what came out of order, is read again.
 */
interface Followed {
  readonly hasher: Hasher;
  /** Bytes hashed, from the start. */
  hashed: number;
  /** The file as it was after the last piece: touched by anybody else, it is read as a whole. */
  state: string;
}
const followed = new Map<string, Followed>();
/** Files followed at once in one thread. */
const followedMax = 16;
/** Content of every file of 0 bytes. */
const emptyHash = hashBytes(new Uint8Array(0));

/** The file system refused; nothing more can be staged now. */
export class StagingError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StagingError';
    this.code = code;
  }
}

function refused(root: Root, error: unknown): StagingError {
  const code = errnoOf(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StagingError(
        'DISK_FULL',
        `the disk that holds ${root.path} is full; free some space, it goes on by itself`,
        error,
      );
    case 'EROFS':
      return new StagingError(
        'READ_ONLY',
        `${root.path} is on a read-only file system; make it writable, it goes on by itself`,
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return new StagingError(
        'NOT_WRITABLE',
        `${root.path} cannot be written by this user; check its permissions`,
        error,
      );
    default:
      return new StagingError(code, `writing below ${root.path} failed: ${(error as Error).message}`, error);
  }
}

/** For each piece: true when its bytes had the right hash and now stand in staging. */
export function stagePieces(root: Root, pieces: readonly StagePiece[]): boolean[] {
  let open: { readonly hash: Hash; readonly fd: number } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const known = followed.get(verifiedKey(root, open.hash));
    if (known !== undefined) known.state = stateOf(fstatSync(open.fd));
    closeSync(open.fd);
    open = undefined;
  };
  return inStaging(root, (prefix) => {
    try {
      return pieces.map((piece) => {
        const bytes = verifiedBytes(root, piece);
        if (bytes === undefined) return false;
        if (open?.hash !== piece.contentHash) {
          close();
          open = { hash: piece.contentHash, fd: openStaged(`${prefix}/${piece.contentHash}`) };
          forgetIfTouched(root, piece.contentHash, open.fd);
        }
        verifiedWhole.delete(verifiedKey(root, piece.contentHash));
        writeSparsely(open.fd, bytes, piece.offset);
        if (piece.length < piece.fileSize) follow(root, piece, bytes);
        // One piece that fills the file proves it only if it bears the content's own hash: chunk lists come from peers.
        if (piece.length === piece.fileSize && piece.hash === piece.contentHash) finishWhole(root, open.fd, piece);
        return true;
      });
    } finally {
      close();
    }
  });
}

function inStaging<T>(root: Root, work: (prefix: string) => T): T {
  try {
    return root.batch(() => withOwnDirectory(root, stagingDirectory, work));
  } catch (error) {
    throw refused(root, error);
  }
}

function verifiedBytes(root: Root, { fileSize, offset, length, hash, from }: StagePiece): Uint8Array | undefined {
  if (length <= 0 || length > chunkBytesMax || offset < 0 || offset + length > fileSize) return undefined;
  let bytes: Uint8Array;
  if ('bytes' in from) bytes = from.bytes;
  else {
    if (from.place.length !== length) return undefined;
    bytes = new Uint8Array(length);
    if (!readAt(root, from.place.path, bytes, from.place.offset)) return undefined;
  }
  return bytes.length === length && hashBytes(bytes) === hash ? bytes : undefined;
}

function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** Zeros are not written where zeros stand already, or nothing yet: what is a hole at its source becomes one here. */
function writeSparsely(fd: number, bytes: Uint8Array, position: number): void {
  if (bytes.length < holeBytesMin || !isZero(bytes)) return writeFully(fd, bytes, position);
  const end = position + bytes.length;
  const { size } = fstatSync(fd);
  if (size > position) {
    const there = Buffer.allocUnsafe(Math.min(size, end) - position);
    // Left by another piece that lied about its place, or by a hole: only looking tells.
    if (readFully(fd, there, there.length, position) !== there.length || !isZero(there)) {
      return writeFully(fd, bytes, position);
    }
  }
  if (size < end) ftruncateSync(fd, end);
}

function isZero(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, zeros.subarray(0, bytes.length)) === 0;
}

/**
 * Opens for writing. A staged file with a second name is one that a crash left between being linked into the tree and losing
 * its name here: it is the user's by now and must not be written to. Neither that, nor one that was already given a
 * read-only mode, nor anything but a regular file is used again.
 */
function openStaged(path: string): number {
  try {
    const fd = openSync(path, openFlags, 0o600);
    const stat = fstatSync(fd);
    if (isOurs(stat)) return fd;
    closeSync(fd);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ELOOP', 'ENXIO'].includes(errnoOf(error))) throw error;
  }
  discard(path);
  return openSync(path, openFlags | constants.O_EXCL, 0o600);
}

function isOurs(stat: Stats): boolean {
  return stat.isFile() && stat.nlink === 1;
}

function finishWhole(root: Root, fd: number, { contentHash, fileSize }: StagePiece): void {
  let stat = fstatSync(fd);
  if (stat.size !== fileSize) {
    ftruncateSync(fd, fileSize);
    stat = fstatSync(fd);
  }
  if (verifiedWhole.size >= verifiedWholeMax) verifiedWhole.clear();
  verifiedWhole.set(verifiedKey(root, contentHash), stateOf(stat));
}

/** `bytes` now stand in the file: hashed along when they come next, and all anew when they replace what was hashed. */
function follow(root: Root, { contentHash, offset }: StagePiece, bytes: Uint8Array): void {
  const key = verifiedKey(root, contentHash);
  let known = followed.get(key);
  if (known !== undefined && offset < known.hashed) {
    forget(key);
    known = undefined;
  }
  if (known === undefined && offset === 0) {
    if (followed.size >= followedMax) forget(followed.keys().next().value as string);
    known = { hasher: createHasher(), hashed: 0, state: '' };
    followed.set(key, known);
  }
  if (known?.hashed !== offset) return;
  known.hasher.update(bytes);
  known.hashed += bytes.length;
}

function forget(key: string): void {
  // Gives the memory of a WebAssembly hasher back.
  followed.get(key)?.hasher.digest();
  followed.delete(key);
}

function forgetIfTouched(root: Root, contentHash: Hash, fd: number): void {
  const key = verifiedKey(root, contentHash);
  const known = followed.get(key);
  if (known !== undefined && known.state !== stateOf(fstatSync(fd))) forget(key);
}

function verifiedKey(root: Root, hash: Hash): string {
  return `${hash} ${root.path}`;
}

function stateOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/**
 * Which chunks an earlier life left, good, in staging. Nothing but their hashes counts. `start`: where the first one begins, in
 * bytes; long lists are asked for in parts.
 */
export function stagedChunks(
  root: Root,
  contentHash: Hash,
  fileSize: number,
  manifest: Manifest,
  start = 0,
): boolean[] {
  return inStaging(root, (prefix) => {
    const fd = openIfOurs(`${prefix}/${contentHash}`);
    if (fd === undefined) return manifest.map(() => false);
    try {
      const end = Math.min(fileSize, fstatSync(fd).size);
      let buffer = Buffer.alloc(0);
      let offset = start;
      return manifest.map(({ hash, length }) => {
        const at = offset;
        offset += length;
        if (length <= 0 || length > chunkBytesMax || at + length > end) return false;
        if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
        const bytes = buffer.subarray(0, length);
        return readFully(fd, bytes, length, at) === length && hashBytes(bytes) === hash;
      });
    } finally {
      closeSync(fd);
    }
  });
}

/** Opens for reading; what is there, but not ours to give away (see openStaged), is discarded. */
function openIfOurs(path: string): number | undefined {
  try {
    const fd = openSync(path, readFlags);
    if (isOurs(fstatSync(fd))) return fd;
    closeSync(fd);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return undefined;
    if (code !== 'ELOOP') throw error;
  }
  discard(path);
  return undefined;
}

/**
 * Of files that came in order through this thread, what its hash says; a bad one is removed. Undefined: more of it than a few
 * pieces would have to be read, for which finishStaged is there.
 */
export function finishFollowed(
  root: Root,
  files: readonly { readonly contentHash: Hash; readonly fileSize: number }[],
): (boolean | undefined)[] {
  return inStaging(root, (prefix) =>
    files.map(({ contentHash, fileSize }) => {
      const key = verifiedKey(root, contentHash);
      const known = followed.get(key);
      if (known === undefined || fileSize - known.hashed > bufferBytes) return undefined;
      const path = `${prefix}/${contentHash}`;
      const good = isGood(path, contentHash, fileSize, undefined, known);
      if (good === undefined) forget(key);
      else followed.delete(key);
      if (good === false) discard(path);
      return good;
    }),
  );
}

/** Verifies whole staged files; a bad one is removed. An empty file is made here. */
export function finishStaged(
  root: Root,
  files: readonly { readonly contentHash: Hash; readonly fileSize: number }[],
): boolean[] {
  return inStaging(root, (prefix) =>
    files.map(({ contentHash, fileSize }) => {
      const path = `${prefix}/${contentHash}`;
      if (fileSize === 0 && contentHash === emptyHash) {
        // Made anew rather than truncated: the old one may be a name of the user's file.
        discard(path);
        closeSync(openSync(path, openFlags | constants.O_EXCL, 0o600));
        return true;
      }
      const verified = verifiedWhole.get(verifiedKey(root, contentHash));
      const good = isGood(path, contentHash, fileSize, verified) === true;
      if (!good) discard(path);
      return good;
    }),
  );
}

/** Undefined: what `known` says is no longer true of the file. */
function isGood(
  path: string,
  contentHash: Hash,
  fileSize: number,
  verified: string | undefined,
  known?: Followed,
): boolean | undefined {
  const fd = openIfOurs(path);
  if (fd === undefined) return known === undefined ? false : undefined;
  try {
    const stat = fstatSync(fd);
    if (known !== undefined && known.state !== stateOf(stat)) return undefined;
    if (stat.size !== fileSize) return known === undefined ? false : undefined;
    if (verified !== undefined && verified === stateOf(stat)) return true;
    const hasher = known?.hasher ?? createHasher();
    const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, Math.max(1, fileSize)));
    for (let at = known?.hashed ?? 0; at < fileSize;) {
      const read = readFully(fd, buffer, Math.min(buffer.length, fileSize - at), at);
      if (read === 0) return false;
      hasher.update(buffer.subarray(0, read));
      at += read;
    }
    return hasher.digest() === contentHash;
  } finally {
    closeSync(fd);
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Deletes staged content that is not in `keep`; `before` (milliseconds since the epoch): only what was last written before. */
export function pruneStaging(root: Root, keep: readonly Hash[], before?: number): void {
  const kept = new Set<string>(keep);
  inStaging(root, (prefix) => {
    for (const name of readdirSync(prefix)) {
      if (kept.has(name)) continue;
      if (before === undefined || lstatSync(`${prefix}/${name}`).mtimeMs < before) discard(`${prefix}/${name}`);
    }
  });
}
