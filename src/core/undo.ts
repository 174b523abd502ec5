/**
 * What it takes to take back one device's changes: for every path the state before its first change since a moment. Pure; the
 * history comes from the index, src/sync/past.ts carries the plan out. A path that somebody else changed after that first
 * change is left alone: to take back the one would take away the other.
 */
import { contentEqual, entriesEqual, type Entry, type FileEntry, type LiveEntry, type SymlinkEntry } from './entry.ts';
import type { HistoryEntry } from './history.ts';
import type { RelativePath } from './path.ts';

export interface PathHistory {
  readonly path: RelativePath;
  /** All changes since the moment, the oldest first, not empty. */
  readonly changes: readonly Pick<HistoryEntry, 'before' | 'after' | 'kept' | 'device' | 'via'>[];
  /** What the index says now. */
  readonly current: Entry | undefined;
}

export type UndoStep =
  /** A file's content comes back; `kept`: names in the version store that should hold it, the likeliest first. */
  | { readonly do: 'write'; readonly path: RelativePath; readonly entry: FileEntry; readonly kept: readonly string[] }
  /** The content is the same; time and exec bit come back. */
  | { readonly do: 'set-metadata'; readonly path: RelativePath; readonly entry: FileEntry | SymlinkEntry }
  | { readonly do: 'link'; readonly path: RelativePath; readonly entry: SymlinkEntry }
  | { readonly do: 'make-directory'; readonly path: RelativePath }
  | { readonly do: 'remove'; readonly path: RelativePath; readonly entry: LiveEntry }
  | { readonly do: 'leave'; readonly path: RelativePath; readonly reason: 'changed-since' };

/** `isTheirs`: the change is one of those to take back. Paths that are as they were already are in no step. */
export function planUndo(
  histories: readonly PathHistory[],
  isTheirs: (change: PathHistory['changes'][number]) => boolean,
): UndoStep[] {
  return histories.flatMap((history) => {
    const first = history.changes.findIndex(isTheirs);
    const step = first === -1 ? undefined : stepOf(history, first, isTheirs);
    return step === undefined ? [] : [step];
  });
}

function stepOf(
  { path, changes, current }: PathHistory,
  first: number,
  isTheirs: (change: PathHistory['changes'][number]) => boolean,
): UndoStep | undefined {
  const deleted: Entry = { kind: 'deleted' };
  const before = changes[first]?.before ?? deleted;
  const now = current ?? deleted;
  if (entriesEqual(before, now)) return undefined;
  const since = changes.slice(first);
  const last = since.at(-1)?.after ?? deleted;
  if (!since.every(isTheirs) || !entriesEqual(last, now)) return { do: 'leave', path, reason: 'changed-since' };
  switch (before.kind) {
    case 'deleted':
      return now.kind === 'deleted' ? undefined : { do: 'remove', path, entry: now };
    case 'directory':
      return { do: 'make-directory', path };
    case 'symlink':
      return { do: contentEqual(before, now) ? 'set-metadata' : 'link', path, entry: before };
    case 'file':
      if (contentEqual(before, now)) return { do: 'set-metadata', path, entry: before };
      return { do: 'write', path, entry: before, kept: keptWith(before, since) };
  }
}

/** The first change may have touched the time alone and kept nothing; a later one then put the content away. */
function keptWith(entry: FileEntry, changes: PathHistory['changes']): string[] {
  return changes.flatMap(({ before, kept }) =>
    kept !== undefined && before !== undefined && contentEqual(before, entry) ? [kept] : [],
  );
}
