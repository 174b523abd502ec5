/**
 * Walks a tree, in comparePaths order, with synchronous calls: meant for a worker thread. What it cannot look at becomes a
 * problem, reported no later than the first batch with a path behind it, so that nothing below is taken for deleted (I6).
 */
import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { isIgnored, withBuiltIn, type IgnoreMatcher } from '../core/ignore.ts';
import { joinPath, type RelativePath } from '../core/path.ts';
import type { DiskItem } from '../core/step.ts';
import { itemAt, lookAt, type PathProblem } from './look.ts';
import { errnoOf, type Root } from './root.ts';

export interface ScanBatch {
  readonly items: readonly DiskItem[];
  readonly problems: readonly PathProblem[];
}

const batchItemsMax = 2000;
/** Names of one directory that are looked at before what they hold is walked: a directory may have a million. */
const sliceNamesMax = 1000;
/** Problems reported one by one; with more, the whole root counts as not looked at (as core/scan-diff does). */
const problemsMax = 1000;

/** `start` first (if it exists), then, when `recursive`, all below it; without what is left out, which is not walked either. */
export function* scanTree(
  root: Root,
  start: RelativePath | undefined,
  recursive: boolean,
  ignores: IgnoreMatcher = withBuiltIn(),
): Generator<ScanBatch> {
  const walk = new Walk(root, recursive, ignores);
  const found = start === undefined || isIgnored(start) ? undefined : lookAt(root, start);
  // From here on all names come from listings.
  root.checksNames = false;
  if (start === undefined) {
    yield* walk.directory(undefined);
  } else {
    if (found !== undefined && 'message' in found) walk.problem(found);
    else if (found !== undefined && ignores(start, found.kind === 'directory') === undefined) {
      walk.items.push(found);
      if (recursive && found.kind === 'directory') yield* walk.directory(start);
    }
  }
  yield walk.take();
}

class Walk {
  readonly #root: Root;
  readonly #recursive: boolean;
  readonly #ignores: IgnoreMatcher;
  items: DiskItem[] = [];
  #problems: PathProblem[] = [];
  #problemCount = 0;

  constructor(root: Root, recursive: boolean, ignores: IgnoreMatcher) {
    this.#root = root;
    this.#recursive = recursive;
    this.#ignores = ignores;
  }

  problem(problem: PathProblem): void {
    this.#problemCount++;
    if (this.#problemCount <= problemsMax) this.#problems.push(problem);
    else if (this.#problemCount === problemsMax + 1) {
      const message = `more than ${problemsMax} paths cannot be synchronised; deletes are not passed on until they are fewer`;
      this.#problems.push({ path: undefined, code: 'TOO_MANY_PROBLEMS', message });
    }
  }

  take(): ScanBatch {
    const batch = { items: this.items, problems: this.#problems };
    this.items = [];
    this.#problems = [];
    return batch;
  }

  *directory(directory: RelativePath | undefined): Generator<ScanBatch> {
    const names = this.#names(directory);
    for (let start = 0; start < names.length; start += sliceNamesMax) {
      for (const item of this.#look(directory, names.slice(start, start + sliceNamesMax))) {
        this.items.push(item);
        if (this.items.length >= batchItemsMax) yield this.take();
        if (this.#recursive && item.kind === 'directory') yield* this.directory(item.path);
      }
    }
  }

  /** Names that can be synchronised, in order. Problems of the others are reported here, before any item behind them. */
  #names(directory: RelativePath | undefined): string[] {
    let listing: Buffer[];
    try {
      listing = this.#root.withDirectory(directory, (prefix) => readdirSync(prefix, { encoding: 'buffer' }));
    } catch (error) {
      const code = errnoOf(error);
      // A directory gone since its own lstat has nothing below it. The root is never gone: it is not there to be judged.
      const isGone = directory !== undefined && ['NO_PARENT', 'NOT_DIRECTORY', 'ENOENT'].includes(code);
      if (!isGone) this.problem({ path: directory, code, message: `cannot be listed: ${(error as Error).message}` });
      return [];
    }
    const names: string[] = [];
    for (const bytes of listing.sort((a, b) => a.compare(b))) {
      const name = bytes.toString('utf8');
      const path = joinPath(directory, name);
      if (!Buffer.from(name, 'utf8').equals(bytes)) {
        this.#leftOut(directory, 'NAME_NOT_UTF8', escaped(bytes), 'its name is not UTF-8');
      } else if (path === undefined) {
        this.#leftOut(directory, 'PATH_TOO_LONG', name, 'its path is longer than can be synchronised');
      } else if (!isIgnored(path)) names.push(name);
    }
    return names;
  }

  /** Each name has its own problem: the directory's came too late once something in it was reported. */
  #look(directory: RelativePath | undefined, names: readonly string[]): DiskItem[] {
    const items: DiskItem[] = [];
    const pathOf = (name: string): RelativePath =>
      (directory === undefined ? name : `${directory}/${name}`) as RelativePath;
    const fail = (name: string, error: unknown): void =>
      this.problem({ path: pathOf(name), code: errnoOf(error), message: (error as Error).message });
    try {
      this.#root.withDirectory(directory, (prefix) => {
        for (const name of names) {
          try {
            const item = itemAt(`${prefix}/${name}`, pathOf(name));
            if (item !== undefined && this.#ignores(item.path, item.kind === 'directory') === undefined)
              items.push(item);
          } catch (error) {
            fail(name, error);
          }
        }
      });
    } catch (error) {
      const isGone = directory !== undefined && ['NO_PARENT', 'NOT_DIRECTORY'].includes(errnoOf(error));
      if (!isGone) for (const name of names) fail(name, error);
    }
    return items;
  }

  #leftOut(directory: RelativePath | undefined, code: string, name: string, why: string): void {
    const message = `${JSON.stringify(name).replaceAll('\\\\', '\\')} is left out: ${why}; rename it`;
    this.problem({ path: nearestPath(directory, name), code, message });
  }
}

/** As a shell shows it: what is no UTF-8 becomes \\xNN, so that two such names are told apart. */
function escaped(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = [1, 2, 3, 4].find((n) => isUtf8(bytes.subarray(i, i + n))) ?? 0;
    const end = i + Math.max(1, length);
    const part = bytes.subarray(i, end);
    text += length > 0 ? part.toString('utf8') : `\\x${part.toString('hex')}`;
    i = end;
  }
  return text;
}

/** A legal path for a name that is none: shortened if it has to be. The directory itself would hide all that is in it. */
function nearestPath(directory: RelativePath | undefined, name: string): RelativePath | undefined {
  const whole = joinPath(directory, name);
  if (whole !== undefined) return whole;
  const characters = [...name];
  for (let length = characters.length >> 1; length > 0; length >>= 1) {
    const path = joinPath(directory, `${characters.slice(0, length).join('')}…`);
    if (path !== undefined) return path;
  }
  return directory;
}
