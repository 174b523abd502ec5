/**
 * Epochs: which opening of an index gave which sequences. An index that was restored from an older copy gives sequences again
 * that peers already know, for other writes; the number alone does not show it, the epoch does (I4). Every opening begins
 * one, durably, before its first commit. Consumers remember the epoch of the last sequence they hold and ask with it.
 */
import type { EpochId } from './identifiers.ts';

export interface Epoch {
  readonly id: EpochId;
  /** The first sequence that it gives. */
  readonly begins: number;
}

/** Openings that wrote something, kept in one list: three years of one every day. The oldest goes. */
export const epochsMax = 1024;

/** The list with a new epoch, ascending. One that gave no sequence was never told to anybody, and is not kept. */
export function withEpoch(epochs: readonly Epoch[], id: EpochId, lastSequence: number): Epoch[] {
  const used = epochs.filter(({ begins }) => begins <= lastSequence);
  return [...used.slice(1 - epochsMax), { id, begins: lastSequence + 1 }];
}

/** The epoch that gave a sequence; undefined where the list does not reach back so far, and for 0. */
export function epochAt(epochs: readonly Epoch[], sequence: number): EpochId | undefined {
  let low = 0;
  let high = epochs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((epochs[middle] as Epoch).begins <= sequence) low = middle + 1;
    else high = middle;
  }
  return epochs[low - 1]?.id;
}

/** What a consumer says it holds of an index: everything up to a sequence, which that epoch gave. */
export interface Held {
  readonly sequence: number;
  /** Undefined: it was never told. */
  readonly epoch: EpochId | undefined;
}

/** What the question needs to know of an index; `epochAt` must not tell of epochs above `lastSequence`. */
export interface Told {
  lastSequence(): number;
  epochAt(sequence: number): EpochId | undefined;
}

/**
 * True when an index cannot have told what a consumer of its own replica holds: it is an older copy of itself, whatever it
 * has written since. A sequence older than the list of epochs cannot be judged and counts as told.
 */
export function isOlderThan(index: Told, held: Held): boolean {
  if (held.sequence > index.lastSequence()) return true;
  const epoch = index.epochAt(held.sequence);
  return epoch !== undefined && held.epoch !== undefined && epoch !== held.epoch;
}
