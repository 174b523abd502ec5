/** What the persistent history says of one change of one path: written by the index in the same batch as the record itself. */
import { contentEqual, type Entry } from './entry.ts';
import type { DeviceId, ReplicaId } from './identifiers.ts';
import type { RelativePath } from './path.ts';

/** What whoever commits a change knows of it beyond the record. */
export interface ChangeNote {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** The decision cell (docs/RECONCILE.md), or 'local', 'undo', 'restore'. */
  readonly cell: string;
  /** Who announced it; undefined for changes made here. */
  readonly via?: DeviceId | undefined;
  /** Where the version store keeps what stood there before: a path relative to it. */
  readonly kept?: string | undefined;
}

export interface HistoryEntry extends ChangeNote {
  /** The sequence of the record that was written: grows with every change of a folder. */
  readonly id: number;
  readonly path: RelativePath;
  /** Who made `after`. */
  readonly replica: ReplicaId;
  /** The device that replica belongs to, as far as is known here; undefined for this device's own. */
  readonly device: DeviceId | undefined;
  readonly before: Entry | undefined;
  readonly after: Entry;
}

export type ChangeKind = 'created' | 'edited' | 'metadata' | 'deleted';

export function kindOfChange({ before, after }: Pick<HistoryEntry, 'before' | 'after'>): ChangeKind {
  if (after.kind === 'deleted') return 'deleted';
  if (before === undefined || before.kind === 'deleted') return 'created';
  return contentEqual(before, after) ? 'metadata' : 'edited';
}

/**
 * The device that a change is put down to: its maker where that is known, else whoever announced it. So all that came through
 * the only device that is linked here counts as that device's. Undefined: made here.
 */
export function madeBy(entry: Pick<HistoryEntry, 'device' | 'via'>): DeviceId | undefined {
  return entry.device ?? entry.via;
}
