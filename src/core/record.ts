/** What an index says of one path: the values that reconcile compares and that travel between devices. */
import type { Entry } from './entry.ts';
import type { Hash } from './identifiers.ts';
import type { RelativePath } from './path.ts';
import type { Dot, VersionVector } from './version.ts';

export interface IndexRecord {
  readonly path: RelativePath;
  readonly entry: Entry;
  readonly version: VersionVector;
  /** The write that made `entry`. Always covered by `version`. */
  readonly dot: Dot;
}

/** A record in a peer's index, as that peer announced it. */
export interface AnnouncedRecord extends IndexRecord {
  /** Its place in the announcer's sequence; every write of a record takes the next one. */
  readonly sequence: number;
}

/** A record in this device's own index. */
export interface LocalRecord extends AnnouncedRecord {
  /**
   * What lstat said when the disk was last known to hold `entry`; undefined for tombstones. A live record without it is
   * *unheld*: this device knows the entry, but does not hold it (its volume cannot, or it is left out here). What is absent
   * then is no delete.
   */
  readonly stat: StatFingerprint | undefined;
}

/** True for a live record that stands on this device's disk, as far as the index knows. */
export function isHeld(record: LocalRecord): boolean {
  return record.entry.kind !== 'deleted' && record.stat !== undefined;
}

/** True for a live record that this device knows but does not hold. */
export function isUnheld(record: LocalRecord): boolean {
  return record.entry.kind !== 'deleted' && record.stat === undefined;
}

/**
 * The lstat fields that tell whether something on disk is still what the index describes (I7). Times are milliseconds with
 * fractions, as Node gives them (about 240 ns fine); compared for identity only, never ordered.
 */
export interface StatFingerprint {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  readonly mode: number;
}

/**
 * Identity for files and links. Directories compare by inode alone (their times and size change with their content).
 */
export function sameStat(a: StatFingerprint, b: StatFingerprint, kind: Entry['kind']): boolean {
  if (kind === 'directory') return a.inode === b.inode;
  return (
    a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.inode === b.inode && a.mode === b.mode
  );
}

/** One piece of a file's content; chunks follow one another without gaps. */
export interface Chunk {
  readonly hash: Hash;
  /** Bytes. */
  readonly length: number;
}

/** The chunks of a file in order. A file of at most `singleChunkBytesMax` bytes is one chunk whose hash is its content hash. */
export type Manifest = readonly Chunk[];

/** Where bytes with a chunk's hash stood when they were last indexed. */
export interface ChunkPlace {
  readonly path: RelativePath;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly length: number;
}
