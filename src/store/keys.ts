/**
 * The layout of keys in the one database of a home. A key is: folder number (4 bytes, big-endian; 0 is the daemon's own), table
 * letter, then the table's own part. Paths are stored with '/' replaced by NUL, in UTF-8, so that key order is comparePaths
 * order and a directory's content is one range. docs/STORAGE.md lists the tables.
 */
import { createHash } from 'node:crypto';
import type { DeviceId, Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';

export const table = {
  /** path → record */
  record: 0x72,
  /** sequence → path */
  sequence: 0x73,
  /** path → content hash and chunk list (files of more than one chunk) */
  manifest: 0x6d,
  /** hash, kind of use, path → where the bytes with that hash stand (see contentUse) */
  content: 0x63,
  /** device, path → record as announced */
  announced: 0x61,
  /** device → progress of the exchange */
  progress: 0x70,
  /** '' → replica, last sequence, digest, totals */
  state: 0x74,
  /** '' → epochs of the index, oldest first */
  epochs: 0x65,
  /** group → what was about to be done to the disk */
  journal: 0x6a,
  /** name → text (the database's own: schema, folder numbers) */
  system: 0x78,
  /** name → text (the daemon's) */
  text: 0x6b,
  /** use, then id, path or replica → what became of a path (see history.ts) */
  history: 0x6c,
} as const;
// Reserved for what comes: 0x76 'v' kept versions.

export type Table = (typeof table)[keyof typeof table];

/** What the bytes with a hash are to a path; one byte of the key, so that each use of a hash is a range of its own. */
export const contentUse = {
  /** the whole file, in one chunk: hash, 0, path → length */
  whole: 0,
  /** one chunk of it: hash, 1, path, NUL, offset → length */
  piece: 1,
  /** the whole file, in several chunks: hash, 2, path → '' */
  pieces: 2,
} as const;

export type ContentUse = (typeof contentUse)[keyof typeof contentUse];

export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
}

/** The folder number under which the database and the daemon keep their own. */
export const ownNumber = 0;

/** Offset of the table's own part in a key. */
export const restOffset = 5;
const hashLength = 32;
/** Offset of the path in keys of the content table. */
export const contentPathOffset = restOffset + hashLength + 1;
const deviceLength = 16;
/** Offset of the path in keys of announced records. */
export const announcedPathOffset = restOffset + deviceLength;

/** Key of `rest` in a table. */
export function keyOf(folder: number, letter: Table, rest: Uint8Array = new Uint8Array(0)): Buffer {
  const key = Buffer.allocUnsafe(restOffset + rest.length);
  key.writeUInt32BE(folder, 0);
  key[4] = letter;
  key.set(rest, restOffset);
  return key;
}

/** Key of a path in a table that is keyed by path alone. */
export function pathKey(folder: number, letter: Table, path: RelativePath): Buffer {
  return keyOf(folder, letter, pathBytes(path));
}

export function contentKey(folder: number, hash: Hash, use: ContentUse, rest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(contentPathOffset + rest.length);
  key.writeUInt32BE(folder, 0);
  key[4] = table.content;
  key.write(hash, restOffset, 'hex');
  key[contentPathOffset - 1] = use;
  key.set(rest, contentPathOffset);
  return key;
}

/** All keys of a table that begin with `prefix`. */
export function rangeOf(folder: number, letter: Table, prefix?: Uint8Array): KeyRange {
  const gte = keyOf(folder, letter, prefix);
  return { gte, lt: successor(gte) };
}

/** All keys of a folder. */
export function folderRange(folder: number): KeyRange {
  const gte = Buffer.allocUnsafe(4);
  gte.writeUInt32BE(folder);
  return { gte, lt: successor(gte) };
}

/** A path itself and all below it. Nothing lies between "path" and "path NUL", so that this is one range. */
export function subtreeRange(folder: number, letter: Table, path: RelativePath): KeyRange {
  const gte = pathKey(folder, letter, path);
  return { gte, lt: Buffer.concat([gte, Buffer.of(1)]) };
}

/** The least key above every key that begins with `prefix`. */
function successor(prefix: Buffer): Buffer {
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
  return Buffer.from(path.includes('/') ? path.replaceAll('/', '\0') : path, 'utf8');
}

export function pathFrom(key: Buffer, from: number, to = key.length): RelativePath {
  return key.toString('utf8', from, to).replaceAll('\0', '/') as RelativePath;
}

/** Eight bytes, big-endian: key order is number order. */
export function sequenceKey(folder: number, sequence: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(Math.floor(sequence / 0x1_0000_0000), 0);
  bytes.writeUInt32BE(sequence % 0x1_0000_0000, 4);
  return keyOf(folder, table.sequence, bytes);
}

export function sequenceFrom(key: Buffer): number {
  return key.readUInt32BE(restOffset) * 0x1_0000_0000 + key.readUInt32BE(restOffset + 4);
}

export function hashBytes(hash: Hash): Buffer {
  return Buffer.from(hash, 'hex');
}

/** Sixteen bytes that stand for a device: its id is long, and would be in every announced record's key. */
export function deviceBytes(device: DeviceId): Buffer {
  return createHash('sha256').update(device).digest().subarray(0, deviceLength);
}

/** What stands under a key, in words, for error messages. */
export function nameOfKey(key: Buffer): string {
  const letter = key[4] as Table;
  switch (letter) {
    case table.record:
      return `the record of ${JSON.stringify(pathFrom(key, restOffset))}`;
    case table.sequence:
      return `entry ${sequenceFrom(key)} of the sequence`;
    case table.manifest:
      return `the chunk list of ${JSON.stringify(pathFrom(key, restOffset))}`;
    case table.content:
      return 'the table of contents by hash';
    case table.announced:
      return `what a peer announced of ${JSON.stringify(pathFrom(key, announcedPathOffset))}`;
    case table.progress:
      return 'the progress of an exchange with a peer';
    case table.state:
      return 'the state of a folder';
    case table.history:
      return 'the history of a folder';
    case table.epochs:
      return 'the list of epochs';
    case table.journal:
      return 'the journal of intents';
    case table.system:
    case table.text:
      return `the value ${JSON.stringify(key.toString('utf8', restOffset))}`;
    default:
      return `the key ${key.toString('hex')}`;
  }
}
