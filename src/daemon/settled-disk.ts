/** Joins a folder's watcher with settling, so that the sync loops see quiet, folded hints. */
import type { Disk, WatchHint } from '../sync/ports.ts';

interface Settler {
  add(hint: WatchHint): void;
  close(): void;
}

/** The same disk, its hints settled. `createSettler` gets the function that takes a flush. */
export function withSettledHints(
  disk: Disk,
  createSettler: (onFlush: (hints: readonly WatchHint[]) => void) => Settler,
): Disk {
  return {
    checkRoot: () => disk.checkRoot(),
    scan: (start, recursive, sink, signal) => disk.scan(start, recursive, sink, signal),
    look: (paths) => disk.look(paths),
    hash: (paths, signal) => disk.hash(paths, signal),
    readChunks: (chunks) => disk.readChunks(chunks),
    stage: (pieces) => disk.stage(pieces),
    stagedChunks: (contentHash, fileSize, manifest, start, signal) =>
      disk.stagedChunks(contentHash, fileSize, manifest, start, signal),
    finishStaged: (files, signal) => disk.finishStaged(files, signal),
    apply: (steps, atomic) => disk.apply(steps, atomic),
    pruneStaging: (keep, before) => disk.pruneStaging(keep, before),
    watch: async (onHint, onError) => {
      const settler = createSettler((hints) => {
        for (const hint of hints) onHint(hint);
      });
      try {
        const watch = await disk.watch((hint) => settler.add(hint), onError);
        return {
          close: async () => {
            await watch.close();
            settler.close();
          },
        };
      } catch (error) {
        settler.close();
        throw error;
      }
    },
  };
}
