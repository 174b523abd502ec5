/**
 * The layout of keys in the one database of a home. A key is: folder number (4 bytes, big-endian; 0 is the daemon's own), table
 * letter, then the table's own part. Paths are stored with '/' replaced by NUL, in UTF-8, so that key order is comparePaths
 * order and a directory's content is one range. docs/STORAGE.md lists the tables.
 */
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';

export const table = {
  /** path → record */
  record: 0x72,
  /** sequence → path */
  sequence: 0x73,
  /** path → chunk list */
  manifest: 0x6d,
  /** chunk hash, path, offset → length */
  place: 0x63,
  /** content hash, path → '' (files of more than one chunk) */
  content: 0x68,
  /** device, path → record as announced */
  announced: 0x61,
  /** device → progress of the exchange */
  progress: 0x70,
  /** '' → replica, last sequence, digest, totals */
  state: 0x74,
  /** name → text (the daemon's own) */
  text: 0x78,
} as const;
// Reserved for what comes: 0x76 'v' kept versions, 0x6a 'j' journal, 0x6c 'l' history.

export type Table = (typeof table)[keyof typeof table];

/** Key of `rest` in a table. */
export function keyOf(folder: number, letter: Table, rest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(5 + rest.length);
  key.writeUInt32BE(folder, 0);
  key[4] = letter;
  key.set(rest, 5);
  return key;
}

/** All keys of a table that begin with `prefix`. */
export function rangeOf(
  folder: number,
  letter: Table,
  prefix: Uint8Array = new Uint8Array(0),
): { gte: Buffer; lt: Buffer } {
  const gte = keyOf(folder, letter, prefix);
  return { gte, lt: successor(gte) };
}

/** The least key above every key that begins with `prefix`. */
export function successor(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix);
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] as number;
    if (byte === 0xff) continue;
    next[i] = byte + 1;
    return next.subarray(0, i + 1);
  }
  throw new Error('no key lies above this prefix');
}

export function pathBytes(path: RelativePath): Buffer {
  return Buffer.from(path.replaceAll('/', '\0'), 'utf8');
}

export function pathFrom(bytes: Buffer): RelativePath {
  return bytes.toString('utf8').replaceAll('\0', '/') as RelativePath;
}

/** Eight bytes, big-endian: key order is number order. */
export function sequenceBytes(sequence: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(sequence));
  return bytes;
}

export function hashBytes(hash: Hash): Buffer {
  return Buffer.from(hash, 'hex');
}

/** Device ids end with NUL, so that none is another's prefix. */
export function deviceBytes(device: DeviceId): Buffer {
  return Buffer.from(`${device}\0`, 'utf8');
}

/** Offset of the table's own part in a key. */
export const restOffset = 5;
