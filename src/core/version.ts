/**
 * Version vectors (Parker et al., 1983) over replicas, and dots (Preguiça et al., "Dotted Version Vectors", 2010): the dot
 * names the one local write that made an entry; the vector names every write it knows of.
 */
import type { ReplicaId } from './identifiers.ts';

/** Pairs sorted by replica, no replica twice, every counter a positive safe integer. Empty: knows of no write. */
export type VersionVector = readonly (readonly [ReplicaId, number])[];

/** One local write: the index sequence that replica gave it. */
export interface Dot {
  readonly replica: ReplicaId;
  readonly counter: number;
}

export type Causality = 'equal' | 'before' | 'after' | 'concurrent';

export function counterOf(version: VersionVector, replica: ReplicaId): number {
  for (const [id, counter] of version) if (id === replica) return counter;
  return 0;
}

/** True when `version` knows of the write `dot`. */
export function covers(version: VersionVector, dot: Dot): boolean {
  return counterOf(version, dot.replica) >= dot.counter;
}

/** How `a` stands to `b`: 'before' means that b knows all that a knows and more. */
export function compareVersions(a: VersionVector, b: VersionVector): Causality {
  let aMore = false;
  let bMore = false;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (y === undefined || (x !== undefined && x[0] < y[0])) {
      aMore = true;
      i++;
    } else if (x === undefined || y[0] < x[0]) {
      bMore = true;
      j++;
    } else {
      if (x[1] > y[1]) aMore = true;
      if (x[1] < y[1]) bMore = true;
      i++;
      j++;
    }
  }
  if (aMore && bMore) return 'concurrent';
  if (aMore) return 'after';
  if (bMore) return 'before';
  return 'equal';
}

/** The least version that knows all that both know. */
export function joinVersions(a: VersionVector, b: VersionVector): VersionVector {
  const joined: (readonly [ReplicaId, number])[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (y === undefined || (x !== undefined && x[0] < y[0])) {
      joined.push(x!);
      i++;
    } else if (x === undefined || y[0] < x[0]) {
      joined.push(y);
      j++;
    } else {
      joined.push(x[1] >= y[1] ? x : y);
      i++;
      j++;
    }
  }
  return joined;
}

/** `base` plus the write `dot`, which must be newer than what `base` knows of that replica: throws otherwise (I4). */
export function bumpVersion(base: VersionVector, dot: Dot): VersionVector {
  if (covers(base, dot)) throw new RangeError(`write ${dot.counter} of replica ${dot.replica} is not new`);
  return joinVersions(base, [[dot.replica, dot.counter]]);
}

/** True for sorted, duplicate-free pairs with positive safe integers: what a VersionVector promises. */
export function isVersionVector(pairs: readonly (readonly [string, number])[]): boolean {
  return pairs.every(
    ([replica, counter], i) =>
      Number.isSafeInteger(counter) &&
      counter > 0 &&
      (i === 0 || (pairs[i - 1] as readonly [string, number])[0] < replica),
  );
}
