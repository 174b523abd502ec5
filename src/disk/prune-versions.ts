/**
 * Makes the version store keep to its age and its share of the volume (src/core/retention.ts chooses). One walk for each run,
 * which also tells how much is kept; between runs src/disk/folder-versions.ts counts on from there. Synchronous: for workers.
 */
import { lstatSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { chooseDrops, isExpired, type KeptItem, type RetentionLimits, type Space } from '../core/retention.ts';
import { parseKeptName } from './kept-names.ts';
import { versionsDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

/** Versions considered for going in one run; of more, the oldest. */
const candidatesMax = 200_000;
const blockBytes = 512;

export interface PruneReport {
  readonly dropped: number;
  /** Of the store, when it was done. */
  readonly keptBytes: number;
  readonly keptFiles: number;
  readonly space: Space;
}

interface Candidate extends KeptItem {
  readonly directory: RelativePath;
  readonly name: string;
}

export function spaceOf(root: Root): Space {
  const { bsize, blocks, bavail } = root.withDirectory(undefined, (prefix) => statfsSync(prefix));
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** `now`: milliseconds since the epoch. `space`: for tests; undefined: as the volume says. */
export function pruneVersions(root: Root, now: number, limits: RetentionLimits, space?: Space): PruneReport {
  const run = new Run(root, now, limits);
  root.batch(() => {
    run.walk(versionsDirectory);
    run.drop(space ?? spaceOf(root));
  });
  const { dropped, keptBytes, keptFiles } = run;
  return { dropped, keptBytes, keptFiles, space: space ?? spaceOf(root) };
}

class Run {
  dropped = 0;
  keptBytes = 0;
  keptFiles = 0;
  readonly #root: Root;
  readonly #now: number;
  readonly #limits: RetentionLimits;
  readonly #emptied = new Set<RelativePath>();
  #candidates: Candidate[] = [];

  constructor(root: Root, now: number, limits: RetentionLimits) {
    this.#root = root;
    this.#now = now;
    this.#limits = limits;
  }

  /** What is too old goes at once; of the rest the oldest are remembered. */
  walk(directory: RelativePath): void {
    const below: RelativePath[] = [];
    const here: { name: string; stem: string; keptMs: number; bytes: number }[] = [];
    const newest = new Map<string, number>();
    this.#within(directory, (prefix) => {
      for (const name of readdirSync(prefix)) {
        const stat = lstatSync(`${prefix}/${name}`);
        if (stat.isDirectory()) {
          below.push(`${directory}/${name}` as RelativePath);
          continue;
        }
        const parsed = parseKeptName(name);
        // ctime is when it was put here: renaming and linking set it.
        const keptMs = parsed?.keptMs ?? stat.ctimeMs;
        if (isExpired({ keptMs }, this.#now, this.#limits)) {
          unlinkSync(`${prefix}/${name}`);
          this.dropped++;
          this.#emptied.add(directory);
          continue;
        }
        const stem = parsed?.stem ?? name;
        newest.set(stem, Math.max(newest.get(stem) ?? 0, keptMs));
        here.push({ name, stem, keptMs, bytes: (stat.blocks ?? Math.ceil(stat.size / blockBytes)) * blockBytes });
      }
    });
    for (const { name, stem, keptMs, bytes } of here) {
      this.keptBytes += bytes;
      this.keptFiles++;
      this.#candidates.push({ directory, name, keptMs, bytes, isNewest: newest.get(stem) === keptMs });
    }
    if (this.#candidates.length > 2 * candidatesMax) {
      this.#candidates = this.#candidates.sort((a, b) => a.keptMs - b.keptMs).slice(0, candidatesMax);
    }
    for (const child of below) this.walk(child);
    // Children first, so that a line of directories goes as a whole.
    if (this.#emptied.has(directory)) this.#removeIfEmpty(directory);
  }

  drop(space: Space): void {
    const directories = new Set<RelativePath>();
    for (const { directory, name, bytes } of chooseDrops(
      this.#candidates,
      this.keptBytes,
      space,
      this.#now,
      this.#limits,
    )) {
      this.#within(directory, (prefix) => unlinkSync(`${prefix}/${name}`));
      this.dropped++;
      this.keptBytes -= bytes;
      this.keptFiles--;
      directories.add(directory);
    }
    for (const directory of directories) this.#removeIfEmpty(directory);
  }

  /** What is gone meanwhile needs no pruning. */
  #within(directory: RelativePath, work: (prefix: string) => void): void {
    try {
      this.#root.withDirectory(directory, work);
    } catch (error) {
      if (!['NO_PARENT', 'NOT_DIRECTORY', 'ENOENT'].includes(errnoOf(error))) throw error;
    }
  }

  #removeIfEmpty(directory: RelativePath): void {
    if (directory === versionsDirectory) return;
    const parent = parentOf(directory) as RelativePath;
    this.#within(parent, (prefix) => {
      try {
        rmdirSync(`${prefix}/${nameOf(directory)}`);
        this.#root.forgetDirectories();
        this.#emptied.add(parent);
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error))) throw error;
        return;
      }
    });
    if (this.#emptied.has(parent) && parent !== versionsDirectory) this.#removeIfEmpty(parent);
  }
}
