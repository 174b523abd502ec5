/** What a folder's past is kept within, at start and every hour: kept versions, clones of content that is gone, history. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { messageOf } from '../base/problem.ts';
import { defaultRetention } from '../core/retention.ts';
import type { FolderVersions } from '../disk/folder-versions.ts';
import type { LevelFolderStore } from '../store/folder-store.ts';
import type { FolderSession } from '../sync/folder-session.ts';

const tidyEveryMs = 3_600_000;

export interface HousekeepingOptions {
  readonly versions: FolderVersions;
  readonly session: FolderSession;
  readonly store: LevelFolderStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Begins at once, behind the caller; close() ends it. */
export function keepTidy({ versions, session, store, clock, logger }: HousekeepingOptions): { close(): void } {
  let closed = false;
  const failed = (error: unknown): void => {
    if (!closed) logger.warn({ error: messageOf(error) }, 'old versions or old history could not be pruned');
  };
  const tidy = async (): Promise<void> => {
    await session.tidy();
    await store.pruneHistory(clock.now() - defaultRetention.keptMsMax);
  };
  versions.start(failed);
  const timer = setInterval(() => void tidy().catch(failed), tidyEveryMs);
  timer.unref();
  void tidy().catch(failed);
  return {
    close: () => {
      closed = true;
      clearInterval(timer);
      versions.close();
    },
  };
}
