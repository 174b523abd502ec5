/** Which bytes stand where: the keys by content hash that follow from a file's record and chunk list. */
import type { FileEntry } from '../core/entry.ts';
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { ChunkPlace, Manifest } from '../core/record.ts';
import {
  contentKey,
  contentPathOffset,
  contentUse,
  hashBytes,
  pathBytes,
  pathFrom,
  rangeOf,
  table,
  type ContentUse,
  type KeyRange,
} from './keys.ts';
import type { Entry, Write } from './level.ts';

const nothing = Buffer.alloc(0);
/** Lengths and offsets up to 2^48: a file that was cut into one chunk may be long. */
const numberBytes = 6;

/** A file as its content rows see it; undefined where there is no file. */
export interface Content {
  readonly entry: FileEntry;
  /** Undefined: one chunk, or empty. */
  readonly manifest: Manifest | undefined;
}

/** The content rows of one file, by key. An empty file has none: nobody needs to look for no bytes. */
export function contentRows(folder: number, path: RelativePath, { entry, manifest }: Content): Entry[] {
  if (entry.size === 0) return [];
  const at = pathBytes(path);
  if (manifest === undefined) {
    return [[contentKey(folder, entry.contentHash, contentUse.whole, at), numberOf(entry.size)]];
  }
  const rows: Entry[] = [[contentKey(folder, entry.contentHash, contentUse.pieces, at), nothing]];
  let offset = 0;
  for (const { hash, length } of manifest) {
    // A path holds no NUL at its end, so the one before the offset divides the two.
    const rest = Buffer.concat([at, Buffer.of(0), numberOf(offset)]);
    rows.push([contentKey(folder, hash, contentUse.piece, rest), numberOf(length)]);
    offset += length;
  }
  return rows;
}

/** From one content of a path to another; rows that both have are left alone. */
export function contentWrites(
  folder: number,
  path: RelativePath,
  before: Content | undefined,
  after: Content | undefined,
): Write[] {
  const old = new Map<string, Entry>();
  if (before !== undefined) {
    for (const row of contentRows(folder, path, before)) old.set(row[0].toString('latin1'), row);
  }
  const writes: Write[] = [];
  if (after !== undefined) {
    for (const [key, value] of contentRows(folder, path, after)) {
      const name = key.toString('latin1');
      if (old.get(name)?.[1].equals(value) !== true) writes.push({ type: 'put', key, value });
      old.delete(name);
    }
  }
  for (const [key] of old.values()) writes.push({ type: 'del', key });
  return writes;
}

/** Everywhere that bytes with this hash can be read: the uses 'whole' and 'piece', which lie side by side. */
export function placeRange(folder: number, hash: Hash): KeyRange {
  return { gte: useRange(folder, hash, contentUse.whole).gte, lt: useRange(folder, hash, contentUse.piece).lt };
}

/** All files with this content. */
export function fileRanges(folder: number, hash: Hash): readonly KeyRange[] {
  return [useRange(folder, hash, contentUse.whole), useRange(folder, hash, contentUse.pieces)];
}

function useRange(folder: number, hash: Hash, use: ContentUse): KeyRange {
  return rangeOf(folder, table.content, Buffer.concat([hashBytes(hash), Buffer.of(use)]));
}

export function placeFrom([key, value]: Entry): ChunkPlace {
  const length = value.readUIntBE(0, numberBytes);
  if (key[contentPathOffset - 1] === contentUse.whole) {
    return { path: pathFrom(key, contentPathOffset), offset: 0, length };
  }
  const end = key.length - numberBytes;
  return { path: pathFrom(key, contentPathOffset, end - 1), offset: key.readUIntBE(end, numberBytes), length };
}

function numberOf(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(numberBytes);
  bytes.writeUIntBE(value, 0, numberBytes);
  return bytes;
}
