/**
 * Walks a tree, in comparePaths order, with synchronous calls: meant for a worker thread. What it cannot look at becomes a
 * problem, reported no later than the first batch with a path behind it, so that nothing below is taken for deleted (I6).
 */
import { readdirSync } from 'node:fs';
import { isIgnored } from '../core/ignore.ts';
import { joinPath, type RelativePath } from '../core/path.ts';
import type { DiskItem } from '../core/step.ts';
import { itemAt, lookAt, type PathProblem } from './look.ts';
import { errnoOf, type Root } from './root.ts';

export interface ScanBatch {
  readonly items: readonly DiskItem[];
  readonly problems: readonly PathProblem[];
}

const batchItemsMax = 2000;

/** `start` first (if it exists), then, when `recursive`, all below it. */
export function* scanTree(root: Root, start: RelativePath | undefined, recursive: boolean): Generator<ScanBatch> {
  const walk = new Walk(root);
  if (start === undefined) {
    yield* walk.directory(undefined, recursive);
  } else if (!isIgnored(start)) {
    const found = lookAt(root, start);
    if (found !== undefined && 'message' in found) walk.problem(found);
    else if (found !== undefined) {
      walk.items.push(found);
      if (recursive && found.kind === 'directory') yield* walk.directory(start, true);
    }
  }
  yield walk.take();
}

class Walk {
  readonly #root: Root;
  items: DiskItem[] = [];
  #problems: PathProblem[] = [];

  constructor(root: Root) {
    this.#root = root;
  }

  problem(problem: PathProblem): void {
    this.#problems.push(problem);
  }

  take(): ScanBatch {
    const batch = { items: this.items, problems: this.#problems };
    this.items = [];
    this.#problems = [];
    return batch;
  }

  *directory(directory: RelativePath | undefined, recursive: boolean): Generator<ScanBatch> {
    for (const item of this.#list(directory)) {
      this.items.push(item);
      if (this.items.length >= batchItemsMax) yield this.take();
      if (recursive && item.kind === 'directory') yield* this.directory(item.path, true);
    }
  }

  /** The items of one directory in order. All of them are looked at before the walk goes deeper. */
  #list(directory: RelativePath | undefined): DiskItem[] {
    try {
      return this.#root.withDirectory(directory, (prefix) => this.#items(directory, prefix));
    } catch (error) {
      const code = errnoOf(error);
      // Gone since its own lstat: whatever the index has below it is looked at again by the caller.
      if (code !== 'NO_PARENT' && code !== 'NOT_DIRECTORY' && code !== 'ENOENT') {
        this.problem({ path: directory, code, message: `cannot be listed: ${(error as Error).message}` });
      }
      return [];
    }
  }

  #items(directory: RelativePath | undefined, prefix: string): DiskItem[] {
    const names = readdirSync(prefix, { encoding: 'buffer' }).sort(Buffer.compare);
    const items: DiskItem[] = [];
    for (const bytes of names) {
      const name = bytes.toString('utf8');
      const path = joinPath(directory, name);
      if (path === undefined) {
        this.#leftOut(directory, 'PATH_TOO_LONG', name, 'its path is longer than can be synchronised');
        continue;
      }
      // Reported under its name with replacement characters: nothing was ever indexed there.
      if (!Buffer.from(name, 'utf8').equals(bytes)) {
        this.#leftOut(path, 'NAME_NOT_UTF8', name, 'its name is not UTF-8');
        continue;
      }
      if (isIgnored(path)) continue;
      try {
        const item = itemAt(`${prefix}/${name}`, path);
        if (item !== undefined) items.push(item);
      } catch (error) {
        this.problem({ path, code: errnoOf(error), message: (error as Error).message });
      }
    }
    return items;
  }

  #leftOut(path: RelativePath | undefined, code: string, name: string, why: string): void {
    this.problem({ path, code, message: `${JSON.stringify(name)} is left out: ${why}; rename it` });
  }
}
