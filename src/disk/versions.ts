/**
 * What a sync overwrites or deletes is not gone: it moves to `.p2psync/versions/`, under its own path with the moment added,
 * for the retention time (I1). Listing and restoring come on top of these names.
 */
import {
  copyFileSync,
  constants,
  linkSync,
  lstatSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { fsyncFile } from './durable.ts';
import { nameOfKept } from './kept-names.ts';
import { ownDirectory, versionsDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

const attemptsMax = 100;

/** What links across file systems, or on those without hard links (exFAT), are refused with. */
const noLinkCodes: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** One kept version. */
export interface Kept {
  /** Relative to the version store. */
  readonly name: string;
  /** Directories whose entries changed, the deepest last: they have to be synced before the original's own directory. */
  readonly directories: readonly RelativePath[];
  /** Takes the kept name away again, when the original stays after all. */
  undo(): void;
}

/** Calls `put` with a free full path for a kept version of `path`; tries other names while it throws EEXIST. */
function keepAs(root: Root, path: RelativePath, now: number, put: (kept: string) => void, own = false): Kept {
  const parent = parentOf(path);
  const usual = (parent === undefined ? versionsDirectory : `${versionsDirectory}/${parent}`) as RelativePath;
  try {
    return keepIn(root, usual, path, now, put, own);
  } catch (error) {
    // A kept file has the very name of a directory on the way: then without its directories, better than not at all.
    if (errnoOf(error) !== 'NOT_DIRECTORY' || usual === versionsDirectory) throw error;
    return keepIn(root, versionsDirectory, path, now, put, own);
  }
}

function keepIn(
  root: Root,
  directory: RelativePath,
  path: RelativePath,
  now: number,
  put: (kept: string) => void,
  own: boolean,
): Kept {
  const directories = isThere(root, directory) ? [directory] : lineOf(directory);
  const name = withOwnDirectory(root, directory, (prefix) => {
    for (let attempt = 0; ; attempt++) {
      const free = nameOfKept(nameOf(path), now, own, attempt);
      try {
        put(`${prefix}/${free}`);
        return free;
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST' || attempt >= attemptsMax) throw error;
      }
    }
  });
  const below = directory === versionsDirectory ? '' : `${directory.slice(versionsDirectory.length + 1)}/`;
  return {
    name: `${below}${name}`,
    directories,
    undo: () => root.withDirectory(directory, (prefix) => unlinkSync(`${prefix}/${name}`)),
  };
}

function isThere(root: Root, directory: RelativePath): boolean {
  try {
    return root.withDirectory(directory, () => true);
  } catch (error) {
    if (errnoOf(error) !== 'NO_PARENT') throw error;
    return false;
  }
}

/** A directory of ours and those above it, from `.p2psync` down. */
function lineOf(directory: RelativePath): RelativePath[] {
  const line: RelativePath[] = [directory];
  for (let above = parentOf(directory); above !== undefined; above = parentOf(above)) line.unshift(above);
  return line[0] === ownDirectory ? line : [directory];
}

/** A second name for what stands at `full` (`path` in the folder), so that it may be replaced without a gap. */
export function keepCopy(root: Root, full: string, path: RelativePath, now: number): Kept {
  return keepAs(root, path, now, (kept) => {
    try {
      linkSync(full, kept);
    } catch (error) {
      if (!noLinkCodes.has(errnoOf(error))) throw error;
      copy(full, kept);
    }
  });
}

/** Moves what stands at `full` (`path` in the folder) to its kept name. */
export function moveAway(root: Root, full: string, path: RelativePath, now: number): Kept {
  return keepAs(root, path, now, (kept) => {
    if (existsAt(kept)) throw Object.assign(new Error(`${kept} is taken`), { code: 'EEXIST' });
    try {
      renameSync(full, kept);
    } catch (error) {
      if (errnoOf(error) !== 'EXDEV') throw error;
      copy(full, kept);
      unlinkSync(full);
    }
  });
}

/** On the disk when it returns: the original is about to go. */
function copy(full: string, kept: string): void {
  const stat = lstatSync(full);
  if (stat.isSymbolicLink()) return symlinkSync(readlinkSync(full, 'buffer'), kept);
  if (!stat.isFile()) throw Object.assign(new Error(`${full} is neither a file nor a link`), { code: 'ENOTSUP' });
  try {
    copyFileSync(full, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    utimesSync(kept, stat.atime, stat.mtime);
    return fsyncFile(kept);
  } catch (error) {
    // Half a copy must not pass for a version; a name that was taken is somebody else's.
    if (errnoOf(error) !== 'EEXIST' && existsAt(kept)) unlinkSync(kept);
    throw error;
  }
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

/** Another file of ours (`put` makes it) as a version of `path` that the user replaced. */
export function keepOwn(root: Root, path: RelativePath, now: number, put: (kept: string) => void): Kept {
  return keepAs(root, path, now, put, true);
}
