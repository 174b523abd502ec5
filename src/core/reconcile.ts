/**
 * The decision for one path: what this device's index says against what its peers announced. Pure; docs/RECONCILE.md holds
 * the table and the proof sketch, its cell numbers are the `cell` values here.
 *
 * A state is (version, entry). Every decision that changes this device's state raises the version, or keeps it and raises
 * the entry in compareEntries' total order; so without new writes the exchange ends, with equal states everywhere (I2, I10).
 */
import { compareEntries, contentEqual, entriesEqual, type Entry } from './entry.ts';
import type { DeviceId } from './identifiers.ts';
import type { RelativePath } from './path.ts';
import type { AnnouncedRecord, IndexRecord, LocalRecord } from './record.ts';
import { compareVersions, covers, joinVersions, type Dot, type VersionVector } from './version.ts';

export type Cell =
  /** Nobody announces the path. */
  | 'C1-unannounced'
  /** Unknown here, live there. */
  | 'C2-new'
  /** Unknown here, a tombstone there. */
  | 'C3-new-tombstone'
  /** Same version, same entry. */
  | 'C4-same'
  /** Same version, different entries (a fault somewhere): the greater entry stays. */
  | 'C5-split-keep'
  | 'C5-split-take'
  /** They know less than we do. */
  | 'C6-older'
  /** They know more; the entry is the one we hold. */
  | 'C7-newer-same'
  /** They know more; the entry differs. */
  | 'C8-newer'
  /** Concurrent, equal entries. */
  | 'C9-twins'
  /** Concurrent, same content, other metadata: the greater entry's. */
  | 'C10-metadata-keep'
  | 'C10-metadata-take'
  /** Concurrent vectors, but one side's write was made in knowledge of the other's. */
  | 'C11-superseding'
  | 'C11-superseded'
  /** Edit against delete: the edit stays, under a version that dominates both. */
  | 'C12-edit-over-delete'
  | 'C12-delete-under-edit'
  /** Edit against edit: the greater entry stays; whoever holds the other sets it aside. */
  | 'C13-conflict-keep'
  | 'C13-conflict-take'
  /** Not held here (hold.ts): the record alone is kept. */
  | 'U1-unheld'
  /** What stood here leaves the disk, for something that cannot be held. */
  | 'U2-withdrawn'
  | 'U3-unheld-deleted'
  /** Unheld so far, and can be held now. */
  | 'U4-materialised'
  /** The loser of a conflict is not held here: it is set aside in the index alone, and its holders make the copy. */
  | 'U5-conflict-elsewhere'
  /** A send-only folder takes nothing (mode.ts). */
  | 'M1-send-only';

export type Decision =
  | { readonly do: 'nothing'; readonly cell: Cell }
  /** Only the index changes: the disk already holds `entry`. */
  | {
      readonly do: 'merge';
      readonly cell: Cell;
      readonly entry: Entry;
      readonly version: VersionVector;
      readonly dot: Dot;
      /** The disk does not hold `entry` and is not to: the record gets no stat. */
      readonly unheld?: true;
    }
  /** Bring `entry` to disk in place of what is there. */
  | {
      readonly do: 'take';
      readonly cell: Cell;
      readonly entry: Entry;
      readonly version: VersionVector;
      readonly dot: Dot;
      /** What stands here loses a conflict: it first moves to its conflict name. */
      readonly setAside: boolean;
      /** Devices that announced this very content. */
      readonly holders: readonly DeviceId[];
      /** What stands here goes, but `entry` cannot be held in its place. */
      readonly unheld?: true;
    };

export interface Announcement {
  readonly device: DeviceId;
  readonly record: AnnouncedRecord;
}

/**
 * Decides one path. Each announcement is decided by itself, and of those that ask for something the one is followed that would
 * stay among them; a path is decided again after every change, until none asks for anything. (To pick one announcement
 * first and decide only that one would stall: a record that we already supersede could stand before one that we do not.)
 */
export function reconcile(local: LocalRecord | undefined, announcements: readonly Announcement[]): Decision {
  const asking: Asking[] = [];
  let idle: Decision = { do: 'nothing', cell: 'C1-unannounced' };
  for (const { record } of announcements) {
    const decision = decide(local, record);
    if (decision.do === 'nothing') idle = decision;
    else asking.push({ record, decision });
  }
  const followed = follow(asking);
  if (followed === undefined) return idle;
  const { record, decision } = followed;
  return decision.do === 'take' ? { ...decision, holders: holdersOf(record.entry, announcements) } : decision;
}

/** An announcement that asks for something. */
interface Asking {
  readonly record: IndexRecord;
  readonly decision: Decision;
}

/**
 * Which of several is followed, in whatever order they stand (I5). Those that another one knows of fall out first: to compare
 * them with the rest by their entries would be no order at all (b knows of a, c is greater than b, a is greater than c).
 */
function follow(asking: readonly Asking[]): Asking | undefined {
  if (asking.length < 2) return asking[0];
  const newest = asking.filter(
    ({ record }) => !asking.some((other) => compareVersions(record.version, other.record.version) === 'before'),
  );
  const standing = newest.filter(({ record }) => !newest.some((other) => isSuperseded(record, other.record)));
  // Dots, unlike versions, might lead round in a circle.
  const candidates = standing.length > 0 ? standing : newest;
  return candidates.reduce((best, one) => (compareStanding(one.record, best.record) > 0 ? one : best));
}

/** True when whoever wrote `by` knew of the write `record`, and not the other way round. */
function isSuperseded(record: IndexRecord, by: IndexRecord): boolean {
  if (contentEqual(record.entry, by.entry)) return false;
  return covers(by.version, record.dot) && !covers(record.version, by.dot);
}

/** Total: zero only for records that are the same in all that a decision is made of. */
function compareStanding(a: IndexRecord, b: IndexRecord): number {
  return compareEntries(a.entry, b.entry) || compareDots(a.dot, b.dot) || compareVectors(a.version, b.version);
}

/** Any total order will do: these differ only in what they were joined with. */
function compareVectors(a: VersionVector, b: VersionVector): number {
  for (const [i, [replica, counter]] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (replica !== other[0]) return replica < other[0] ? -1 : 1;
    if (counter !== other[1]) return counter - other[1];
  }
  return a.length - b.length;
}

/** Who stays of two concurrent records: negative for b. */
function compareConcurrent(a: IndexRecord, b: IndexRecord): number {
  const aSuperseded = covers(b.version, a.dot);
  const bSuperseded = covers(a.version, b.dot);
  if (aSuperseded !== bSuperseded && !contentEqual(a.entry, b.entry)) return aSuperseded ? -1 : 1;
  return compareEntries(a.entry, b.entry) || compareDots(a.dot, b.dot);
}

function compareDots(a: Dot, b: Dot): number {
  if (a.replica !== b.replica) return a.replica < b.replica ? -1 : 1;
  return a.counter - b.counter;
}

function holdersOf(entry: Entry, announcements: readonly Announcement[]): DeviceId[] {
  if (entry.kind !== 'file') return [];
  return announcements.filter(({ record }) => contentEqual(record.entry, entry)).map(({ device }) => device);
}

function decide(local: LocalRecord | undefined, theirs: IndexRecord): Decision {
  if (local === undefined) {
    return theirs.entry.kind === 'deleted'
      ? merge('C3-new-tombstone', theirs.entry, theirs.version, theirs.dot)
      : take('C2-new', theirs, theirs.version, false);
  }
  const sameEntry = entriesEqual(local.entry, theirs.entry);
  switch (compareVersions(local.version, theirs.version)) {
    case 'equal':
      if (sameEntry) return { do: 'nothing', cell: 'C4-same' };
      if (compareEntries(local.entry, theirs.entry) > 0) return { do: 'nothing', cell: 'C5-split-keep' };
      return take('C5-split-take', theirs, theirs.version, worthKeeping(local.entry, theirs.entry));
    case 'after':
      return { do: 'nothing', cell: 'C6-older' };
    case 'before':
      return sameEntry
        ? merge('C7-newer-same', theirs.entry, theirs.version, theirs.dot)
        : take('C8-newer', theirs, theirs.version, false);
    case 'concurrent':
      return decideConcurrent(local, theirs, sameEntry);
  }
}

function decideConcurrent(local: LocalRecord, theirs: IndexRecord, sameEntry: boolean): Decision {
  const joined = joinVersions(local.version, theirs.version);
  const oursStays = compareConcurrent(local, theirs) > 0;
  const staying = oursStays ? local : theirs;
  if (sameEntry) return merge('C9-twins', staying.entry, joined, staying.dot);
  if (contentEqual(local.entry, theirs.entry)) {
    return oursStays
      ? merge('C10-metadata-keep', local.entry, joined, local.dot)
      : take('C10-metadata-take', theirs, joined, false);
  }
  const oursSuperseded = covers(theirs.version, local.dot);
  const theirsSuperseded = covers(local.version, theirs.dot);
  if (oursSuperseded !== theirsSuperseded) {
    return theirsSuperseded
      ? merge('C11-superseding', local.entry, joined, local.dot)
      : take('C11-superseded', theirs, joined, false);
  }
  if (theirs.entry.kind === 'deleted') return merge('C12-edit-over-delete', local.entry, joined, local.dot);
  if (local.entry.kind === 'deleted') return take('C12-delete-under-edit', theirs, joined, false);
  // The winner's side must not join yet: its joined version would dominate the loser before the loser was set aside, and
  // the loser's device would overwrite it without a copy.
  if (oursStays) return { do: 'nothing', cell: 'C13-conflict-keep' };
  return take('C13-conflict-take', theirs, joined, worthKeeping(local.entry, theirs.entry));
}

/** Directories hold no content of their own: what is in them has paths of its own. */
function worthKeeping(ours: Entry, theirs: Entry): boolean {
  return (ours.kind === 'file' || ours.kind === 'symlink') && !contentEqual(ours, theirs);
}

function merge(cell: Cell, entry: Entry, version: VersionVector, dot: Dot): Decision {
  return { do: 'merge', cell, entry, version, dot };
}

/** `holders` are filled in by reconcile, which sees all announcements. */
function take(cell: Cell, theirs: IndexRecord, version: VersionVector, setAside: boolean): Decision {
  return { do: 'take', cell, entry: theirs.entry, version, dot: theirs.dot, setAside, holders: [] };
}

/** A decision together with what it was made on; the unit that plan works with. */
export interface Decided {
  readonly path: RelativePath;
  readonly local: LocalRecord | undefined;
  readonly decision: Decision;
}
