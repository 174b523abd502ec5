/**
 * @parcel/watcher as a source of hints. Its holes (measured): after a directory is renamed inside the tree, writes in it are
 * never reported; of many files written into a new directory, some never are; a full queue loses events. So a directory that
 * appears is a hint for its whole subtree and has the subscription renewed, and every error is a hint for everything.
 */
import { createRequire } from 'node:module';
import { lstatSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { isIgnored, ownDirectoryName } from '../core/ignore.ts';
import { parsePath } from '../core/path.ts';
import type { WatchHint } from './settle.ts';

/** Directories appear in bursts: one renewal for all within this time. */
const renewQuietMs = 100;
/** But at the latest after this. */
const renewWaitMsMax = 1000;

interface ParcelEvent {
  readonly type: 'create' | 'update' | 'delete';
  readonly path: string;
}

interface Subscription {
  unsubscribe(): Promise<void>;
}

interface ParcelWatcher {
  subscribe(
    directory: string,
    callback: (error: Error | null, events: ParcelEvent[]) => void,
    options?: { ignore?: string[] },
  ): Promise<Subscription>;
}

// A CommonJS package with native code: required, so that a platform without its binary fails here and not at start.
const require = createRequire(import.meta.url);

export interface Watch {
  close(): Promise<void>;
}

/** Watches the tree below `root`. Resolves when the watch stands; events stop after close(). Rejects when it cannot be set up. */
export async function watchTree(
  root: string,
  onHint: (hint: WatchHint) => void,
  onError: (error: Error) => void,
): Promise<Watch> {
  const watcher = new TreeWatcher(root, onHint, onError);
  await watcher.start();
  return watcher;
}

class TreeWatcher implements Watch {
  readonly #root: string;
  readonly #onHint: (hint: WatchHint) => void;
  readonly #onError: (error: Error) => void;
  readonly #parcel = require('@parcel/watcher') as ParcelWatcher;
  #subscription: Subscription | undefined;
  #renewTimer: NodeJS.Timeout | undefined;
  #renewSince: number | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(root: string, onHint: (hint: WatchHint) => void, onError: (error: Error) => void) {
    // Events carry real paths: a folder named through a symlink would match none of them.
    this.#root = realpathSync(root);
    this.#onHint = onHint;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    try {
      this.#subscription = await this.#subscribe();
    } catch (error) {
      throw watchError(error as Error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#renewTimer);
    await this.#renewing;
    await this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #subscribe(): Promise<Subscription> {
    return this.#parcel.subscribe(this.#root, (error, events) => this.#take(error, events), {
      ignore: [ownDirectoryName],
    });
  }

  #take(error: Error | null, events: readonly ParcelEvent[]): void {
    if (this.#closed) return;
    if (error !== null) {
      this.#onHint({ path: undefined, subtree: true });
      this.#onError(watchError(error));
      return;
    }
    let appeared = false;
    for (const event of events) {
      const path = parsePath(relative(this.#root, event.path).replaceAll(sep, '/'));
      if (path === undefined) {
        // The root itself, or a name that cannot be one of ours: only a scan can tell.
        this.#onHint({ path: undefined, subtree: true });
        continue;
      }
      if (isIgnored(path)) continue;
      const subtree = event.type === 'create' && isDirectory(event.path);
      appeared ||= subtree;
      this.#onHint({ path, subtree });
    }
    if (appeared) this.#renewSoon();
  }

  #renewSoon(): void {
    const now = performance.now();
    this.#renewSince ??= now;
    clearTimeout(this.#renewTimer);
    const wait = Math.max(0, Math.min(renewQuietMs, this.#renewSince + renewWaitMsMax - now));
    this.#renewTimer = setTimeout(() => {
      this.#renewSince = undefined;
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, wait);
  }

  /**
   * A second subscription to the same directory shares the first one's state, holes included, so the old one ends first;
   * what happens between the two is found by the scan of everything that follows.
   */
  async #renew(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#subscription?.unsubscribe();
      this.#subscription = undefined;
      if (this.#closed) return;
      this.#subscription = await this.#subscribe();
      this.#onHint({ path: undefined, subtree: true });
    } catch (error) {
      this.#onHint({ path: undefined, subtree: true });
      this.#onError(watchError(error as Error));
    }
  }
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    // Gone again: the path itself is still looked at.
    return false;
  }
}

function watchError(error: Error): Error {
  if (/no space left|ENOSPC|limit.*watch|inotify_add_watch/i.test(error.message)) {
    return new Error(
      'the system has no more inotify watches (WATCH_LIMIT); raise fs.inotify.max_user_watches with sysctl. Changes are found by rescans meanwhile',
      { cause: error },
    );
  }
  return error;
}
