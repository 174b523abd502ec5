/**
 * @parcel/watcher as a source of hints. Its holes (measured): after a directory is renamed inside the tree, writes in it are
 * never reported, or under the old name; of many files written into a new directory, some never are; a full queue loses events
 * and tells nobody. So a directory that appears is a hint for its whole subtree, has the subscription renewed and is hinted at
 * once more; a burst is a hint for everything, and so is an error, after which the watch is dead: close it and watch anew.
 */
import { createRequire } from 'node:module';
import { lstatSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { Problem } from '../base/problem.ts';
import { isIgnored, ownDirectoryName } from '../core/ignore.ts';
import { parsePath, type RelativePath } from '../core/path.ts';
import type { WatchHint } from './settle.ts';

/** Directories appear in bursts: one renewal for all within this time. */
const renewQuietMs = 100;
/** But at the latest after this. */
const renewWaitMsMax = 1000;
/** Directories remembered for their second hint; more become one for the root. */
const appearedMax = 1000;
/** Events in one delivery from which the kernel's queue (16,384 events, several for each file) may have run over. */
const burstEventsMin = 4000;
/** Linux alone watches directory by directory; FSEvents and Windows report a whole tree by its paths. */
const watchesSingleDirectories = process.platform === 'linux';
/** The same directory under another name, under which @parcel/watcher reads the tree anew instead of sharing its old state. */
const aliasPrefix = '/proc/self/root';

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
  #isAliased = false;
  #renewTimer: NodeJS.Timeout | undefined;
  #renewSince: number | undefined;
  #renewing: Promise<void> = Promise.resolve();
  /** Hinted at once more when the renewed subscription stands. */
  #appeared = new Set<RelativePath>();
  #everything = false;
  #closed = false;

  constructor(root: string, onHint: (hint: WatchHint) => void, onError: (error: Error) => void) {
    // Events carry real paths: a folder named through a symlink would match none of them.
    this.#root = realpathSync(root);
    this.#onHint = onHint;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    try {
      this.#subscription = await this.#subscribe(this.#root);
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

  #subscribe(base: string): Promise<Subscription> {
    return this.#parcel.subscribe(base, (error, events) => this.#take(base, error, events), {
      ignore: [ownDirectoryName],
    });
  }

  #take(base: string, error: Error | null, events: readonly ParcelEvent[]): void {
    if (this.#closed) return;
    if (error !== null) return this.#fail(error);
    for (const event of events) this.#takeEvent(base, event);
    if (events.length >= burstEventsMin) this.#everything = true;
    if (this.#everything || this.#appeared.size > 0) this.#renewSoon();
  }

  #takeEvent(base: string, event: ParcelEvent): void {
    const path = parsePath(relative(base, event.path).replaceAll(sep, '/'));
    // The root itself, or a name that cannot be one of ours: only a scan can tell.
    if (path === undefined) return this.#onHint({ path: undefined, subtree: true });
    if (isIgnored(path)) return;
    const subtree = event.type === 'create' && isDirectory(event.path);
    if (subtree) {
      if (this.#appeared.size < appearedMax) this.#appeared.add(path);
      else this.#everything = true;
    }
    this.#onHint({ path, subtree });
  }

  #fail(error: unknown): void {
    this.#onHint({ path: undefined, subtree: true });
    this.#onError(watchError(error as Error));
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

  async #renew(): Promise<void> {
    if (this.#closed) return;
    const appeared = this.#appeared;
    const everything = this.#everything;
    this.#appeared = new Set();
    this.#everything = false;
    try {
      const isGapless = !watchesSingleDirectories || (await this.#subscribeAnew());
      if (this.#isClosed()) return;
      if (everything || !isGapless) this.#onHint({ path: undefined, subtree: true });
      else for (const path of appeared) this.#onHint({ path, subtree: true });
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * True when the new subscription stood before the old one ended. Under the same name both would share one state, holes
   * included: without an alias the old one has to end first, and what happens in between is seen by nobody.
   */
  async #subscribeAnew(): Promise<boolean> {
    const old = this.#subscription;
    const other = this.#isAliased ? this.#root : aliasPrefix + this.#root;
    if (!isDirectory(other)) {
      this.#subscription = undefined;
      await old?.unsubscribe();
      if (!this.#isClosed()) this.#subscription = await this.#subscribe(this.#root);
      return false;
    }
    this.#subscription = await this.#subscribe(other);
    this.#isAliased = !this.#isAliased;
    await old?.unsubscribe();
    return true;
  }

  /** As a call: it may have changed during an await. */
  #isClosed(): boolean {
    return this.#closed;
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
  if (/no space left|ENOSPC|limit.*watch|EMFILE|too many open files/i.test(error.message)) {
    return new Problem(
      'WATCH_LIMIT',
      'The system has no more inotify watches, so changes are found by rescans alone. Raise fs.inotify.max_user_watches (and max_user_instances) with sysctl.',
      { cause: error },
    );
  }
  return error;
}
