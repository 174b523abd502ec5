/**
 * Versions of what the user changed here. Where the file system shares blocks between files (reflinks: btrfs, xfs, APFS), a
 * clone of each recorded file is kept in `.p2psync/clones/`, named by its content's hash; it costs next to nothing until the
 * original changes, and then it is the former content. Elsewhere nothing of this happens. Synchronous: for worker threads.
 *
 * The clone is the best that can be had of a moment that has passed: it is not fsynced, and whoever brings it back verifies
 * its hash.
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, constants, lstatSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import type { FileEntry } from '../core/entry.ts';
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import { sameStat, type StatFingerprint } from '../core/record.ts';
import { fingerprintAt, fingerprintOf } from './look.ts';
import { withFile } from './open-file.ts';
import { clonesDirectory, ownDirectory, withOwnDirectory } from './own-directory.ts';
import { discard, setFileMetadata } from './place.ts';
import { errnoOf, type Root } from './root.ts';
import { keepOwn } from './versions.ts';

const cloneOnly = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE;

/** Asks the volume by trying. */
export function probeReflinks(root: Root): boolean {
  return withOwnDirectory(root, ownDirectory, (prefix) => {
    const probe = `${prefix}/probe-clone-${randomBytes(6).toString('hex')}`;
    try {
      // Some file systems keep so little inline, where there is nothing to share.
      writeFileSync(probe, randomBytes(64 * 1024), { flag: 'wx', mode: 0o600 });
      copyFileSync(probe, `${probe}-2`, cloneOnly);
      return true;
    } catch {
      // Whatever the reason: no clones here.
      return false;
    } finally {
      discard(probe);
      discard(`${probe}-2`);
    }
  });
}

export interface ToClone {
  readonly path: RelativePath;
  readonly contentHash: Hash;
  /** Of the file when it was recorded: only then it still is that content. */
  readonly stat: StatFingerprint;
}

/** Keeps a clone of each; those that have one, or have changed since, are passed over. Returns how many were made. */
export function makeClones(root: Root, files: readonly ToClone[]): number {
  return root.batch(() => files.filter((file) => makeClone(root, file)).length);
}

function makeClone(root: Root, { path, contentHash, stat }: ToClone): boolean {
  return inBucket(root, contentHash, (prefix) => {
    if (exists(`${prefix}/${contentHash}`)) return false;
    const temporary = `${prefix}/new.${randomBytes(8).toString('hex')}`;
    try {
      return withFile(root, path, (fd, before, full) => {
        if (!sameStat(fingerprintOf(before), stat, 'file')) return false;
        // By descriptor where that is possible: the name may lead elsewhere by now.
        copyFileSync(process.platform === 'linux' ? `/proc/self/fd/${fd}` : full, temporary, cloneOnly);
        if (!sameStat(fingerprintAt(full), stat, 'file')) return false;
        renameSync(temporary, `${prefix}/${contentHash}`);
        return true;
      });
    } catch {
      // Gone, changing, or no room: then there is no version of this one.
      return false;
    } finally {
      discard(temporary);
    }
  });
}

export interface FormerContent {
  readonly path: RelativePath;
  readonly entry: FileEntry;
}

/** The clones of what was replaced become versions. For each its name in the version store; undefined: there was no clone. */
export function keepClones(root: Root, files: readonly FormerContent[], now: number): (string | undefined)[] {
  return root.batch(() =>
    files.map(({ path, entry }) => {
      try {
        return inBucket(root, entry.contentHash, (prefix) => {
          const clone = `${prefix}/${entry.contentHash}`;
          if (!exists(clone)) return undefined;
          return keepOwn(root, path, now, (kept) => {
            copyFileSync(clone, kept, cloneOnly);
            setFileMetadata(kept, entry.executable ? 0o700 : 0o600, entry.mtimeUs);
          }).name;
        });
      } catch {
        // The user's change is recorded all the same.
        return undefined;
      }
    }),
  );
}

/** Content hashes of the clones in one of the 256 buckets. */
export function clonesIn(root: Root, bucket: number): Hash[] {
  try {
    const directory = `${clonesDirectory}/${bucket.toString(16).padStart(2, '0')}` as RelativePath;
    return root.withDirectory(directory, (prefix) => {
      const names = readdirSync(prefix);
      for (const name of names) if (name.startsWith('new.')) discard(`${prefix}/${name}`);
      return names.filter((name) => /^[0-9a-f]{64}$/.test(name)) as Hash[];
    });
  } catch (error) {
    if (errnoOf(error) === 'NO_PARENT') return [];
    throw error;
  }
}

export function dropClones(root: Root, hashes: readonly Hash[]): void {
  root.batch(() => {
    for (const hash of hashes) inBucket(root, hash, (prefix) => discard(`${prefix}/${hash}`));
  });
}

function inBucket<T>(root: Root, hash: Hash, work: (prefix: string) => T): T {
  const bucket = `${clonesDirectory}/${hash.slice(0, 2)}` as RelativePath;
  return withOwnDirectory(root, bucket, work);
}

function exists(full: string): boolean {
  try {
    lstatSync(full);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
