/**
 * @parcel/watcher as a source of hints. Its holes (measured): after a directory is renamed inside the tree, writes in it are
 * never reported, or under the old name; of many files written into a new directory, some never are; a full queue loses events
 * and tells nobody. So a directory that appears is a hint for its whole subtree, has the subscription renewed and is hinted at
 * once more; a burst is a hint for everything, and so is an error, after which the watch is dead: close it and watch anew.
 */
import { createRequire } from 'node:module';
import { lstatSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { sleep } from '../base/abort.ts';
import { Problem } from '../base/problem.ts';
import { isIgnored, ownDirectoryName, type IgnoreMatcher } from '../core/ignore.ts';
import { parsePath, type RelativePath } from '../core/path.ts';
import type { WatchHint } from './settle.ts';

/** Directories appear in bursts: one renewal for all within this time. */
const renewQuietMs = 100;
/** But at the latest after this. */
const renewWaitMsMax = 1000;
/**
 * How long an old subscription outlives the start of a new one, milliseconds: @parcel/watcher holds events back for up to
 * 500 ms and drops them when it is unsubscribed.
 */
const overlapMs = 700;
/** Directories remembered for their second hint; more become one for the root. */
const appearedMax = 1000;
/** Events in one delivery from which the kernel's queue (16,384 events, several for each file) may have run over. */
const burstEventsMin = 4000;
/** Linux alone watches directory by directory; FSEvents and Windows report a whole tree by its paths. */
const watchesSingleDirectories = process.platform === 'linux';
/** The same directory under another name, under which @parcel/watcher reads the tree anew instead of sharing its old state. */
const aliasPrefix = '/proc/self/root';

/** Names of one directory that are tried, beside its own. */
const aliasesMax = 8;
/**
 * Bases whose old state @parcel/watcher could not let go of ("Unable to remove watcher", when a directory is deleted soon
 * after it or one above it was renamed): whoever subscribes under them again gets that state, holes included.
 */
const wornBases = new Set<string>();

interface ParcelEvent {
  readonly type: 'create' | 'update' | 'delete';
  readonly path: string;
}

interface ParcelSubscription {
  unsubscribe(): Promise<void>;
}

interface Subscription extends ParcelSubscription {
  /** The name of the root that it was made under. */
  readonly base: string;
}

interface ParcelWatcher {
  subscribe(
    directory: string,
    callback: (error: Error | null, events: ParcelEvent[]) => void,
    options?: { ignore?: string[] },
  ): Promise<ParcelSubscription>;
}

// A CommonJS package with native code: required, so that a platform without its binary fails here and not at start.
const require = createRequire(import.meta.url);

export interface Watch {
  close(): Promise<void>;
}

/**
 * Watches the tree below `root`. Resolves when the watch stands; events stop after close(). Rejects when it cannot be set up.
 * What `ignores` leaves out (asked anew for every event) gives no hints; it is watched all the same.
 */
export async function watchTree(
  root: string,
  onHint: (hint: WatchHint) => void,
  onError: (error: Error) => void,
  ignores: IgnoreMatcher = () => undefined,
): Promise<Watch> {
  const watcher = new TreeWatcher(root, onHint, onError, ignores);
  await watcher.start();
  return watcher;
}

class TreeWatcher implements Watch {
  readonly #root: string;
  readonly #onHint: (hint: WatchHint) => void;
  readonly #onError: (error: Error) => void;
  readonly #ignores: IgnoreMatcher;
  readonly #parcel = require('@parcel/watcher') as ParcelWatcher;
  #subscription: Subscription | undefined;
  #renewTimer: NodeJS.Timeout | undefined;
  #renewSince: number | undefined;
  #renewing: Promise<void> = Promise.resolve();
  /** Hinted at once more when the renewed subscription stands. */
  #appeared = new Set<RelativePath>();
  #everything = false;
  readonly #closing = new AbortController();

  constructor(
    root: string,
    onHint: (hint: WatchHint) => void,
    onError: (error: Error) => void,
    ignores: IgnoreMatcher,
  ) {
    // Events carry real paths: a folder named through a symlink would match none of them.
    this.#root = realpathSync(root);
    this.#onHint = onHint;
    this.#onError = onError;
    this.#ignores = ignores;
  }

  async start(): Promise<void> {
    try {
      this.#subscription = await this.#subscribe(this.#freeBase() ?? this.#root);
    } catch (error) {
      throw watchError(error as Error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#renewTimer);
    await this.#renewing;
    if (this.#subscription !== undefined) await end(this.#subscription);
    this.#subscription = undefined;
  }

  async #subscribe(base: string): Promise<Subscription> {
    const take = (error: Error | null, events: ParcelEvent[]): void => this.#take(base, error, events);
    const subscription = await this.#parcel.subscribe(base, take, { ignore: [ownDirectoryName] });
    return { base, unsubscribe: () => subscription.unsubscribe() };
  }

  /** A name for the root under which the tree is read anew. Undefined: none left, or none here. */
  #freeBase(): string | undefined {
    for (let i = 0, base = this.#root; i <= aliasesMax; i++, base = aliasPrefix + base) {
      if (base !== this.#subscription?.base && !wornBases.has(base)) return isDirectory(base) ? base : undefined;
    }
    return undefined;
  }

  #take(base: string, error: Error | null, events: readonly ParcelEvent[]): void {
    if (this.#isClosed()) return;
    if (error !== null) return this.#fail(error);
    for (const event of events) this.#takeEvent(base, event);
    if (events.length >= burstEventsMin) this.#everything = true;
    if (this.#everything || this.#appeared.size > 0) this.#renewSoon();
  }

  #takeEvent(base: string, event: ParcelEvent): void {
    const path = parsePath(relative(base, event.path).replaceAll(sep, '/'));
    // The root itself, or a name that cannot be one of ours: only a scan can tell.
    if (path === undefined) return this.#onHint({ path: undefined, subtree: true });
    // What the event is about may be a file or a directory, and gone.
    if (isIgnored(path) || (this.#ignores(path, false) !== undefined && this.#ignores(path, true) !== undefined))
      return;
    const subtree = event.type === 'create' && isDirectory(event.path);
    if (subtree && this.#ignores(path, true) !== undefined) return;
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
    if (this.#isClosed()) return;
    const appeared = this.#appeared;
    const everything = this.#everything;
    this.#appeared = new Set();
    this.#everything = false;
    try {
      const old = watchesSingleDirectories ? await this.#subscribeAnew() : undefined;
      if (!this.#isClosed()) {
        if (everything || old === 'gap') this.#onHint({ path: undefined, subtree: true });
        else for (const path of appeared) this.#onHint({ path, subtree: true });
      }
      if (old === undefined || old === 'gap') return;
      await sleep(overlapMs, this.#closing.signal).catch(() => undefined);
      await end(old);
    } catch (error) {
      if (this.#subscription === undefined || !isVanished(error)) return this.#fail(error);
      // A directory went away while the tree was read; the old subscription still stands.
      for (const path of appeared) this.#appeared.add(path);
      this.#everything ||= everything;
      if (!this.#isClosed()) this.#renewSoon();
    }
  }

  /**
   * The old subscription, still at work beside the new one, to be ended by the caller. Under the same name both would share
   * one state, holes included: without an alias the old one has to end first, and nobody sees what happens in between ('gap').
   */
  async #subscribeAnew(): Promise<Subscription | 'gap' | undefined> {
    const old = this.#subscription;
    const base = this.#freeBase();
    if (base !== undefined) {
      try {
        this.#subscription = await this.#subscribe(base);
      } catch (error) {
        wornBases.add(base);
        throw error;
      }
      return old;
    }
    this.#subscription = undefined;
    if (old !== undefined) await end(old);
    if (!this.#isClosed()) this.#subscription = await this.#subscribe(this.#root);
    return 'gap';
  }

  /** As a call: it may have changed during an await. */
  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}

/** Never rejects: what cannot be let go of is known not to be used again. */
async function end(subscription: Subscription): Promise<void> {
  try {
    await subscription.unsubscribe();
  } catch {
    wornBases.add(subscription.base);
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

function isVanished(error: unknown): boolean {
  return /no such file or directory/i.test((error as Error).message);
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
