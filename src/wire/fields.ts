/**
 * Single fields between bytes and domain: every function takes what the generated decoder gave and the field's dotted name,
 * and returns a value that keeps the domain's promise or throws ProtocolError. Used by codec.ts and record-codec.ts.
 */
import { isDeviceId, isFolderId } from '../core/identifiers.ts';
import type { DeviceId, EpochId, FolderId, Hash, ReplicaId } from '../core/identifiers.ts';
import { parsePath } from '../core/path.ts';
import type { RelativePath } from '../core/path.ts';
import { ProtocolError } from './messages.ts';
import type { OfferedFolder } from './messages.ts';
import { limits } from './limits.ts';

export const hashBytes = 32;
export const replicaBytes = 8;
const epochBytes = 8;

/** The same memory as a Buffer, whose conversions are many times faster. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory as a plain Uint8Array: what the domain promises. */
export function asPlain(bytes: Uint8Array): Uint8Array {
  return Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 text of at most `bytesMax` bytes. Invalid UTF-8 is refused, never replaced. */
export function text(bytes: Uint8Array | null | undefined, field: string, bytesMax: number): string {
  if (bytes == null || bytes.length === 0) return '';
  if (bytes.length > bytesMax) throw new ProtocolError(field, `${bytes.length} bytes, at most ${bytesMax} are allowed`);
  const fast = asBuffer(bytes).toString('utf8');
  if (!fast.includes('\uFFFD')) return fast;
  // The replacement character: either it was sent, or it stands for bytes that are no UTF-8.
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new ProtocolError(field, 'not valid UTF-8');
  }
}

export function path(bytes: Uint8Array | null | undefined, field: string): RelativePath {
  const parsed = parsePath(text(bytes, field, limits.pathBytesMax));
  if (parsed === undefined) throw new ProtocolError(field, 'not a path that may exist inside a folder');
  return parsed;
}

export function exactBytes(bytes: Uint8Array | null | undefined, field: string, length: number): Uint8Array {
  if (bytes?.length !== length) {
    throw new ProtocolError(field, `${bytes?.length ?? 0} bytes where ${length} are asked for`);
  }
  return asPlain(bytes);
}

export function hash(bytes: Uint8Array | null | undefined, field: string): Hash {
  if (bytes?.length !== hashBytes) throw new ProtocolError(field, 'not a hash of 32 bytes');
  return asBuffer(bytes).toString('hex') as Hash;
}

export function replica(bytes: Uint8Array | null | undefined, field: string): ReplicaId {
  if (bytes?.length !== replicaBytes) throw new ProtocolError(field, 'not a replica id of 8 bytes');
  return asBuffer(bytes).toString('hex') as ReplicaId;
}

/** An optional field: nothing at all when it is not set. */
export function epoch(bytes: Uint8Array | null | undefined, field: string): { readonly epoch?: EpochId } {
  if (bytes == null) return {};
  return { epoch: asBuffer(exactBytes(bytes, field, epochBytes)).toString('hex') as EpochId };
}

export function encodeEpoch(epoch: EpochId | undefined): { readonly epoch?: Uint8Array } {
  return epoch === undefined ? {} : { epoch: encodeHex(epoch) };
}

export function folder(bytes: Uint8Array | null | undefined, field: string): FolderId {
  const id = text(bytes, field, 26);
  if (!isFolderId(id)) throw new ProtocolError(field, 'not a folder id');
  return id;
}

export function device(bytes: Uint8Array | null | undefined, field: string): DeviceId {
  const id = text(bytes, field, 64);
  if (!isDeviceId(id)) throw new ProtocolError(field, 'not a device id');
  return id;
}

/** A safe integer from `least` to `greatest`. */
export function integer(
  value: number | null | undefined,
  field: string,
  least: number,
  greatest: number = Number.MAX_SAFE_INTEGER,
): number {
  const n = value ?? 0;
  if (!Number.isSafeInteger(n) || n < least || n > greatest) {
    throw new ProtocolError(field, `${n} is not an integer from ${least} to ${greatest}`);
  }
  return n;
}

/** Parallel lists of hashes (32 bytes each, joined) and lengths, as pairs. */
export function hashesAndLengths(
  hashes: Uint8Array | null | undefined,
  lengths: readonly number[] | null | undefined,
  field: string,
  countMax: number,
): { readonly hash: Hash; readonly length: number }[] {
  const count = lengths?.length ?? 0;
  if (count > countMax) throw new ProtocolError(`${field}.lengths`, `${count} chunks, at most ${countMax} are allowed`);
  if ((hashes?.length ?? 0) !== count * hashBytes) {
    throw new ProtocolError(`${field}.hashes`, 'not one hash of 32 bytes for each length');
  }
  if (hashes == null || lengths == null) return [];
  const hex = asBuffer(hashes);
  return lengths.map((length, i) => ({
    hash: hex.toString('hex', i * hashBytes, (i + 1) * hashBytes) as Hash,
    length: integer(length, `${field}.lengths`, 1, limits.chunkBytesMax),
  }));
}

interface EncodedFolder {
  readonly id?: Uint8Array | null;
  readonly label?: Uint8Array | null;
}

export function offeredFolders(encoded: readonly EncodedFolder[] | null | undefined, field: string): OfferedFolder[] {
  const folders = (encoded ?? []).map(({ id, label }) => ({
    id: folder(id, `${field}.id`),
    label: text(label, `${field}.label`, limits.folderLabelBytesMax),
  }));
  if (new Set(folders.map(({ id }) => id)).size !== folders.length) throw new ProtocolError(field, 'an id comes twice');
  return folders;
}

// ---------------------------------------------------------------- the other way

export function encodeText(value: string): Buffer {
  return Buffer.from(value, 'utf8');
}

export function encodeHex(value: string): Buffer {
  return Buffer.from(value, 'hex');
}

export function encodeOfferedFolders(folders: readonly OfferedFolder[]): { id: Buffer; label: Buffer }[] {
  return folders.map(({ id, label }) => ({ id: encodeText(id), label: encodeText(label) }));
}

/** Joined hashes of chunks. */
export function encodeHashes(chunks: readonly { readonly hash: Hash }[]): Buffer {
  const joined = Buffer.allocUnsafe(chunks.length * hashBytes);
  chunks.forEach((chunk, i) => joined.write(chunk.hash, i * hashBytes, hashBytes, 'hex'));
  return joined;
}
