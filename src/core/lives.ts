/**
 * Did an index and its folder live together all the time? At every start the daemon compares what the index remembers with
 * what it finds beside it; where they have parted, one of the two is a copy from another time, and what the scan would take
 * for writes and deletes of the user may be none. Then the index begins anew: a union and conflict copies, never a delete
 * (I4, I6, I9).
 */
import { isOlderThan, type Told } from './epochs.ts';
import type { EpochId, ReplicaId } from './identifiers.ts';

/** A file that is made once and never touched again. A copy of it is another file, whoever made it. */
export interface Witness {
  /** What is written in it: 32 hex characters. */
  readonly id: string;
  readonly inode: number;
  readonly ctimeMs: number;
  /** What changes ctime and leaves the file what it is: chmod, chown, a hard link. */
  readonly owner: string;
  /** False on file systems whose inodes and times are not the same after each mount; only `id` counts there. */
  readonly isStable: boolean;
}

export function isSameWitness(recorded: Witness, found: Witness): boolean {
  if (recorded.id !== found.id) return false;
  if (!recorded.isStable || !found.isStable) return true;
  if (recorded.inode !== found.inode) return false;
  return recorded.ctimeMs === found.ctimeMs || recorded.owner !== found.owner;
}

/** What an index leaves in its folder, so that either shows when it is older than the other. */
export interface FolderNote {
  readonly replica: ReplicaId;
  readonly sequence: number;
  /** The epoch that gave `sequence`. */
  readonly epoch: EpochId | undefined;
}

export interface Traces {
  readonly index: Told & { readonly replica: ReplicaId };
  /** As the index remembers it; undefined when it never saw one. */
  readonly recorded: Witness | undefined;
  readonly found: Witness | undefined;
  /** The last note that was written, as the index remembers it; undefined for none. */
  readonly noted: FolderNote | undefined;
  /** The note in the folder. */
  readonly note: FolderNote | undefined;
}

/** Why the index must begin anew, as a clause for people; undefined: it may go on. Only for an index that is not empty. */
export function whyNewLife({ index, recorded, found, noted, note }: Traces): string | undefined {
  if (recorded !== undefined && (found === undefined || !isSameWitness(recorded, found))) {
    return 'the directory was copied, or put back from a backup';
  }
  if (note !== undefined && note.replica !== index.replica) {
    return 'another index has worked on this directory since';
  }
  if (note !== undefined && isOlderThan(index, note)) {
    return 'the index is older than the directory, as if it was put back from a backup';
  }
  const isBehind = noted !== undefined && noted.replica === index.replica && (note?.sequence ?? 0) < noted.sequence;
  return isBehind ? 'the directory is older than its index, as if it was put back from a backup' : undefined;
}

/** New lives that peers may ask for in one day: a hostile one must not force them again and again. */
export const claimsPerDayMax = 3;
const dayMs = 24 * 3600 * 1000;

/** The times (milliseconds since the epoch) of granted claims with one more; undefined: it is too many. */
export function grantClaim(granted: readonly number[], now: number): number[] | undefined {
  // A clock that was set back must not lock claims out for longer than a day.
  const recent = granted.filter((time) => Math.abs(now - time) < dayMs);
  return recent.length >= claimsPerDayMax ? undefined : [...recent, now];
}
