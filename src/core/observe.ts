/**
 * What a look at the disk means for this device's index: the step between scan and hash on one side and the index on the
 * other. `needsHash` says which files must be read at all; `observe` turns what was seen into a new local record, or into
 * nothing. Whatever a volume cannot hold (exec bits, fine times, symlinks) is never taken for the user's change.
 */
import type { Entry, FileEntry, SymlinkEntry } from './entry.ts';
import { mtimeUsOf } from './file-time.ts';
import { isUnheld, sameStat, type LocalRecord, type Manifest, type StatFingerprint } from './record.ts';
import type { DiskItem } from './step.ts';
import type { VersionVector } from './version.ts';

export { mtimeUsOf };

/** What was found at a path, content included. */
export type Seen =
  | { readonly is: 'absent' }
  | {
      readonly is: 'file';
      readonly entry: FileEntry;
      readonly stat: StatFingerprint;
      readonly manifest: Manifest | undefined;
    }
  | { readonly is: 'directory'; readonly stat: StatFingerprint }
  | { readonly is: 'symlink'; readonly target: string; readonly stat: StatFingerprint };

/** What the folder's volume can hold; probed by src/disk. */
export interface VolumeTraits {
  readonly execBits: boolean;
  /** Smallest step of mtime, microseconds: 1 for anything finer. */
  readonly mtimeResolutionUs: number;
  readonly symlinks: boolean;
  /** 'a' and 'A' are two names. */
  readonly caseSensitive: boolean;
  /** A composed and a decomposed é are two names. */
  readonly normalisationSensitive: boolean;
  /** Of the characters that Windows refuses, those that are refused here. */
  readonly reservedCharacters: string;
  /** Names may have characters below U+0020. */
  readonly controlCharacters: boolean;
  /** A name that ends in a dot or a space is kept as it is. */
  readonly trailingDots: boolean;
  /** CON, NUL, COM1 … are names like any other. */
  readonly deviceNames: boolean;
  readonly hardLinks: boolean;
}

export type Observation =
  | { readonly do: 'nothing' }
  /** The index's entry still holds; only the fingerprint of what stands on disk is another. An unheld record is held again. */
  | { readonly do: 'refresh-stat'; readonly stat: StatFingerprint }
  /** The user changed something: a new local record. `stat` is undefined for a tombstone alone. */
  | {
      readonly do: 'record';
      readonly entry: Entry;
      readonly stat: StatFingerprint | undefined;
      readonly manifest: Manifest | undefined;
      /** What the write knows of: the indexed version, or nothing when what stands here was not made in knowledge of it. */
      readonly base: VersionVector;
    };

/** True for a file whose stat is not the indexed one: its content has to be read. */
export function needsHash(indexed: LocalRecord | undefined, item: DiskItem): boolean {
  if (item.kind !== 'file') return false;
  if (indexed === undefined || indexed.entry.kind !== 'file' || indexed.stat === undefined) return true;
  return !sameStat(indexed.stat, item.stat, 'file');
}

/** `seen` absent must be a fact (listed parent, right root), not a failure to look (I6). */
export function observe(indexed: LocalRecord | undefined, seen: Seen, traits: VolumeTraits): Observation {
  switch (seen.is) {
    case 'absent':
      return observeAbsent(indexed, traits);
    case 'directory':
      return indexed?.entry.kind === 'directory'
        ? keep(indexed, seen.stat)
        : recorded(indexed, { kind: 'directory' }, seen.stat, undefined);
    case 'symlink':
      return observeSymlink(indexed, seen.target, seen.stat, traits);
    case 'file':
      return observeFile(indexed, seen.entry, seen.stat, seen.manifest, traits);
  }
}

function observeAbsent(indexed: LocalRecord | undefined, traits: VolumeTraits): Observation {
  if (indexed === undefined || indexed.entry.kind === 'deleted') return { do: 'nothing' };
  // What this device does not hold is absent as it should be: no delete (I2).
  if (isUnheld(indexed)) return { do: 'nothing' };
  // A symlink that this volume cannot hold was never here: its absence is no delete (I2).
  if (indexed.entry.kind === 'symlink' && !traits.symlinks) return { do: 'nothing' };
  return recorded(indexed, { kind: 'deleted' }, undefined, undefined);
}

function observeSymlink(
  indexed: LocalRecord | undefined,
  target: string,
  stat: StatFingerprint,
  traits: VolumeTraits,
): Observation {
  const mtimeUs = mtimeUsOf(stat);
  if (indexed?.entry.kind === 'symlink' && indexed.entry.target === target) {
    if (sameTime(indexed.entry.mtimeUs, mtimeUs, traits)) return keep(indexed, stat);
  }
  const entry: SymlinkEntry = { kind: 'symlink', target, mtimeUs };
  return recorded(indexed, entry, stat, undefined);
}

function observeFile(
  indexed: LocalRecord | undefined,
  seen: FileEntry,
  stat: StatFingerprint,
  manifest: Manifest | undefined,
  traits: VolumeTraits,
): Observation {
  const known = indexed?.entry.kind === 'file' ? indexed.entry : undefined;
  // Without exec bits the volume shows the same mode for every file: what the index says stays.
  const executable = traits.execBits ? seen.executable : (known?.executable ?? false);
  if (indexed === undefined || known === undefined) {
    return recorded(indexed, { ...seen, executable }, stat, manifest);
  }
  const sameContent = known.size === seen.size && known.contentHash === seen.contentHash;
  const keepsTime = sameContent && sameTime(known.mtimeUs, seen.mtimeUs, traits);
  if (keepsTime && executable === known.executable) return keep(indexed, stat);
  const mtimeUs = keepsTime ? known.mtimeUs : seen.mtimeUs;
  return recorded(indexed, { ...seen, executable, mtimeUs }, stat, manifest);
}

/**
 * What stands in place of an unheld entry was made without it: it knows nothing of the indexed version, and as a concurrent
 * write it meets the entry as a conflict, in which both stay (I1).
 */
function recorded(
  indexed: LocalRecord | undefined,
  entry: Entry,
  stat: StatFingerprint | undefined,
  manifest: Manifest | undefined,
): Observation {
  const base = indexed === undefined || isUnheld(indexed) ? [] : indexed.version;
  return { do: 'record', entry, stat, manifest, base };
}

/** True when a volume that was given `indexedUs` may show `seenUs`; the indexed, finer time then stays. */
function sameTime(indexedUs: number, seenUs: number, traits: VolumeTraits): boolean {
  return Math.abs(indexedUs - seenUs) < Math.max(1, traits.mtimeResolutionUs);
}

function keep(indexed: LocalRecord, stat: StatFingerprint): Observation {
  if (indexed.stat !== undefined && sameStat(indexed.stat, stat, indexed.entry.kind)) return { do: 'nothing' };
  return { do: 'refresh-stat', stat };
}
