/** Looks through the version store: what is kept of a path, and of everything below it. Synchronous: for worker threads. */
import { readdirSync } from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import type { DiskItem } from '../core/step.ts';
import { isVersionOf, parseKeptName } from './kept-names.ts';
import { itemAt } from './look.ts';
import { versionsDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

/** Versions in one answer; the oldest of the rest are left out, and that is said. */
export const versionsListedMax = 10_000;

export interface KeptVersion {
  /** Relative to the version store. */
  readonly name: string;
  /** What it is a version of. */
  readonly path: RelativePath;
  /** When it was replaced or deleted: milliseconds since the epoch, whole seconds. */
  readonly keptMs: number;
  /** Replaced by a change that was made here. */
  readonly own: boolean;
  readonly item: DiskItem;
}

export interface VersionList {
  /** The newest first. */
  readonly versions: readonly KeptVersion[];
  readonly truncated: boolean;
}

/** Of `path` itself and, when `recursive`, of all below it; undefined: the whole folder. */
export function listVersions(root: Root, path: RelativePath | undefined, recursive: boolean): VersionList {
  const found: KeptVersion[] = [];
  let truncated = false;
  const add = (version: KeptVersion): void => {
    found.push(version);
    if (found.length <= 2 * versionsListedMax) return;
    truncated = true;
    found.sort(newestFirst).splice(versionsListedMax);
  };
  root.batch(() => {
    if (path !== undefined) ofPath(root, path, add);
    if (recursive) walk(root, within(path), path, add);
  });
  found.sort(newestFirst);
  return { versions: found.slice(0, versionsListedMax), truncated: truncated || found.length > versionsListedMax };
}

/** Of several put away in one second the one that came later in the file system's own time. */
function newestFirst(a: KeptVersion, b: KeptVersion): number {
  return b.keptMs - a.keptMs || b.item.stat.ctimeMs - a.item.stat.ctimeMs;
}

function ofPath(root: Root, path: RelativePath, add: (version: KeptVersion) => void): void {
  const directory = within(parentOf(path));
  for (const kept of namesIn(root, directory)) {
    if (isVersionOf(kept, nameOf(path))) addItem(root, directory, kept, path, add);
  }
}

function walk(
  root: Root,
  directory: RelativePath,
  path: RelativePath | undefined,
  add: (version: KeptVersion) => void,
): void {
  const below: string[] = [];
  for (const kept of namesIn(root, directory)) {
    const stem = parseKeptName(kept)?.stem;
    const original = (path === undefined ? (stem ?? kept) : `${path}/${stem ?? kept}`) as RelativePath;
    if (!addItem(root, directory, kept, original, add)) below.push(kept);
  }
  for (const name of below) {
    const child = (path === undefined ? name : `${path}/${name}`) as RelativePath;
    walk(root, `${directory}/${name}` as RelativePath, child, add);
  }
}

/** False for a directory. */
function addItem(
  root: Root,
  directory: RelativePath,
  kept: string,
  path: RelativePath,
  add: (version: KeptVersion) => void,
): boolean {
  const place = `${directory}/${kept}` as RelativePath;
  const item = root.withDirectory(directory, (prefix) => itemAt(`${prefix}/${kept}`, place));
  if (item === undefined) return true;
  if (item.kind === 'directory') return false;
  const parsed = parseKeptName(kept);
  if (parsed === undefined) return true;
  add({ name: place.slice(versionsDirectory.length + 1), path, keptMs: parsed.keptMs, own: parsed.own, item });
  return true;
}

function within(path: RelativePath | undefined): RelativePath {
  return (path === undefined ? versionsDirectory : `${versionsDirectory}/${path}`) as RelativePath;
}

/** None where nothing was ever kept. */
function namesIn(root: Root, directory: RelativePath): string[] {
  try {
    return root.withDirectory(directory, (prefix) => readdirSync(prefix));
  } catch (error) {
    if (['NO_PARENT', 'NOT_DIRECTORY'].includes(errnoOf(error))) return [];
    throw error;
  }
}
