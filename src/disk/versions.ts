/**
 * What a sync overwrites or deletes is not gone: it moves to `.p2psync/versions/`, under its own path with the moment added,
 * for the retention time (I1). Listing and restoring come on top of these names.
 */
import { copyFileSync, constants, linkSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { versionsDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

const nameBytesMax = 255;
const attemptsMax = 100;

/** `notes.txt` kept at 2026-11-23 14:05:12 UTC: `notes.txt~20261123-140512`, or with a counter when that is taken. */
function versionName(name: string, now: number, attempt: number): string {
  const moment = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const suffix = attempt === 0 ? `~${moment}` : `~${moment}-${attempt}`;
  let stem = name;
  while (Buffer.byteLength(stem) + suffix.length > nameBytesMax) stem = [...stem].slice(0, -1).join('');
  return stem + suffix;
}

/** Calls `put` with a free full path for a kept version of `path`; tries other names while it throws EEXIST. */
function keepAs(root: Root, path: RelativePath, now: number, put: (kept: string) => void): void {
  const parent = parentOf(path);
  const directory = (parent === undefined ? versionsDirectory : `${versionsDirectory}/${parent}`) as RelativePath;
  withOwnDirectory(root, directory, (prefix) => {
    for (let attempt = 0; ; attempt++) {
      const kept = `${prefix}/${versionName(nameOf(path), now, attempt)}`;
      try {
        return put(kept);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST' || attempt >= attemptsMax) throw error;
      }
    }
  });
}

/** A second name for what stands at `full` (`path` in the folder), so that it may be replaced without a gap. */
export function keepCopy(root: Root, full: string, path: RelativePath, now: number): void {
  keepAs(root, path, now, (kept) => {
    try {
      linkSync(full, kept);
    } catch (error) {
      // File systems without hard links (exFAT), or links across a mount below the root.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(errnoOf(error))) throw error;
      if (!lstatSync(full).isFile()) return;
      copyFileSync(full, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
  });
}

/** Moves what stands at `full` (`path` in the folder) to its kept name. */
export function moveAway(root: Root, full: string, path: RelativePath, now: number): void {
  keepAs(root, path, now, (kept) => {
    if (existsAt(kept)) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
    try {
      renameSync(full, kept);
    } catch (error) {
      if (errnoOf(error) !== 'EXDEV') throw error;
      if (lstatSync(full).isFile()) copyFileSync(full, kept, constants.COPYFILE_EXCL);
      unlinkSync(full);
    }
  });
}

function existsAt(full: string): boolean {
  try {
    lstatSync(full);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Deletes kept versions that were put away before `before` (milliseconds since the epoch). Returns how many. */
export function pruneVersions(root: Root, before: number): number {
  return pruneBelow(root, versionsDirectory, before);
}

function pruneBelow(root: Root, directory: RelativePath, before: number): number {
  const below: RelativePath[] = [];
  let pruned = withOwnDirectory(root, directory, (prefix) => {
    let count = 0;
    for (const name of readdirSync(prefix)) {
      const stat = lstatSync(`${prefix}/${name}`);
      if (stat.isDirectory()) below.push(`${directory}/${name}` as RelativePath);
      // ctime is when it was put here: renaming and linking set it.
      else if (stat.ctimeMs < before) {
        unlinkSync(`${prefix}/${name}`);
        count++;
      }
    }
    return count;
  });
  for (const child of below) {
    pruned += pruneBelow(root, child, before);
    removeIfEmpty(root, child);
  }
  return pruned;
}

function removeIfEmpty(root: Root, directory: RelativePath): void {
  root.withDirectory(parentOf(directory), (prefix) => {
    try {
      rmdirSync(`${prefix}/${nameOf(directory)}`);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error))) throw error;
    }
  });
}
