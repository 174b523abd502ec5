/**
 * Folds watcher hints into quiet batches: duplicates once, a subtree instead of what lies below it, after a moment without
 * news, but never later than `waitMsMax` after the first, so that a path that is written all the time gets through too.
 */
import type { RelativePath } from '../core/path.ts';

export interface WatchHint {
  /** undefined: the root. */
  readonly path: RelativePath | undefined;
  readonly subtree: boolean;
}

export interface SettleOptions {
  /** Silence before a flush, milliseconds. */
  readonly quietMs?: number;
  readonly waitMsMax?: number;
  /** More paths than this become one hint for the whole root. */
  readonly pathsMax?: number;
}

const defaults: Required<SettleOptions> = { quietMs: 20, waitMsMax: 200, pathsMax: 10_000 };

export class Settle {
  readonly #options: Required<SettleOptions>;
  readonly #onFlush: (hints: readonly WatchHint[]) => void;
  /** Path ('' for the root) → subtree. */
  readonly #hints = new Map<RelativePath | '', boolean>();
  #quiet: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SettleOptions, onFlush: (hints: readonly WatchHint[]) => void) {
    this.#options = { ...defaults, ...options };
    this.#onFlush = onFlush;
  }

  add({ path, subtree }: WatchHint): void {
    if (this.#closed) return;
    const key = path ?? '';
    this.#hints.set(key, subtree || this.#hints.get(key) === true);
    if (this.#hints.size > this.#options.pathsMax) {
      this.#hints.clear();
      this.#hints.set('', true);
    }
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#flush(), this.#options.quietMs);
    this.#deadline ??= setTimeout(() => this.#flush(), this.#options.waitMsMax);
  }

  /** What was not flushed is dropped: a rescan follows any new start. */
  close(): void {
    this.#closed = true;
    this.#hints.clear();
    clearTimeout(this.#quiet);
    clearTimeout(this.#deadline);
  }

  #flush(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const hints = foldHints(this.#hints);
    this.#hints.clear();
    if (hints.length > 0) this.#onFlush(hints);
  }
}

/** Without what a subtree hint covers. */
export function foldHints(hints: ReadonlyMap<RelativePath | '', boolean>): WatchHint[] {
  if (hints.get('') === true) return [{ path: undefined, subtree: true }];
  const subtrees = new Set<string>();
  for (const [path, subtree] of hints) if (subtree) subtrees.add(path);
  const isCovered = (path: string): boolean => {
    for (let slash = path.lastIndexOf('/'); slash !== -1; slash = path.lastIndexOf('/', slash - 1)) {
      if (subtrees.has(path.slice(0, slash))) return true;
    }
    return false;
  };
  return [...hints]
    .filter(([path]) => !isCovered(path))
    .map(([path, subtree]) => ({ path: path === '' ? undefined : path, subtree }));
}
