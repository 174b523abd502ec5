/** What history, restoring and undoing need of the world beyond ports.ts; src/disk and src/store match these structurally. */
import type { FileEntry } from '../core/entry.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import type { StatFingerprint } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';

export interface KeptVersion {
  /** Relative to the version store. */
  readonly name: string;
  /** What it is a version of. */
  readonly path: RelativePath;
  /** When it was replaced or deleted: milliseconds since the epoch, whole seconds. */
  readonly keptMs: number;
  /** Replaced by a change that was made here. */
  readonly own: boolean;
  /** The version itself: its path is where it stands in the folder. */
  readonly item: DiskItem;
}

export interface VersionStore {
  /** Of `path` and, when `recursive`, of all below it (undefined: everything); newest first. */
  list(
    path: RelativePath | undefined,
    recursive: boolean,
  ): Promise<{ readonly versions: readonly KeptVersion[]; readonly truncated: boolean }>;
  /** For each: true when the content at `from`, verified, stands in staging. Rejects when the disk is full. */
  stageCopies(
    copies: readonly { readonly from: RelativePath; readonly contentHash: Hash; readonly fileSize: number }[],
  ): Promise<boolean[]>;
  /** Keeps a clone of what was just recorded, where that is cheap; elsewhere does nothing. */
  makeClones(
    files: readonly { readonly path: RelativePath; readonly contentHash: Hash; readonly stat: StatFingerprint }[],
  ): Promise<void>;
  /** Makes versions of what a change here replaced, from clones. Names relative to the store; undefined: there is no clone. */
  keepClones(
    files: readonly { readonly path: RelativePath; readonly entry: FileEntry }[],
  ): Promise<(string | undefined)[]>;
  /** Hashes of all clones in one of 256 buckets. */
  clonesIn(bucket: number): Promise<Hash[]>;
  dropClones(hashes: readonly Hash[]): Promise<void>;
}

export interface HistoryStore {
  /** Newest first. */
  history(query: {
    readonly under?: RelativePath | undefined;
    readonly sinceMs?: number | undefined;
  }): AsyncIterable<readonly HistoryEntry[]>;
}
