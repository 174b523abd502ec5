/**
 * Makes a group of writes durable (I8). A few things are fsynced one by one; for many, one syncfs (coreutils' `sync -f`)
 * costs a fraction. It flushes everybody's dirty data on that file system, so it is timed, and left alone for a while when
 * something else makes it slow.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, fsyncSync, openSync, statSync } from 'node:fs';
import { errnoOf, type Root } from './root.ts';

/** From here on one syncfs is cheaper than an fsync each. */
const groupMin = 8;
const syncfsMsMax = 3000;
/** Groups that go by fsync after a syncfs that was slow or failed. */
const pauseGroups = 20;

const isWindows = process.platform === 'win32';
let hasSyncfs = process.platform === 'linux';
let pausedGroups = 0;

/** Something that was written to and has to reach the disk. */
export interface Written {
  readonly kind: 'file' | 'directory';
  /** Calls `work` with its path, which is good during the call alone; not at all when it is no longer there. */
  readonly withPath: (work: (path: string) => void) => void;
}

/**
 * For each: undefined once it is on the disk, else what fsync said; then it does not count as durable. The order of the list
 * is the order of the fsyncs.
 */
export function makeDurable(root: Root, written: readonly Written[]): unknown[] {
  // syncfs reaches one file system: what lies on a mount below the root goes by fsync even then.
  const synced = written.length >= groupMin && syncfs(root) ? root.identity().device : undefined;
  return written.map(({ kind, withPath }) => {
    try {
      withPath((path) => {
        if (synced !== undefined && statSync(path).dev === synced) return;
        if (kind === 'directory') fsyncDirectory(path);
        else fsyncFile(path);
      });
      return undefined;
    } catch (error) {
      return error;
    }
  });
}

/** Opened for reading, which is enough for fsync and works on read-only files too; Windows alone wants to write. */
export function fsyncFile(path: string): void {
  fsyncPath(path, (isWindows ? constants.O_RDWR : constants.O_RDONLY) | (constants.O_NOFOLLOW ?? 0));
}

/** Windows cannot open directories; its renames are journaled. Some network file systems cannot fsync them either. */
export function fsyncDirectory(path: string): void {
  if (isWindows) return;
  try {
    fsyncPath(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(error))) throw error;
  }
}

function fsyncPath(path: string, flags: number): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** False where it cannot be used now: fsync each instead, which also tells whose write it was that failed. */
function syncfs(root: Root): boolean {
  if (!hasSyncfs) return false;
  if (pausedGroups > 0) {
    pausedGroups--;
    return false;
  }
  const start = performance.now();
  // By descriptor: the root's path may stand for another file system by now (unmounted). A child's 'self' is the child.
  const path = root.withDirectory(undefined, (prefix) => prefix.replace('/proc/self/', `/proc/${process.pid}/`));
  const { status, error } = spawnSync('sync', ['-f', path], { stdio: 'ignore' });
  if (error !== undefined) {
    hasSyncfs = false;
    return false;
  }
  if (status !== 0 || performance.now() - start > syncfsMsMax) pausedGroups = pauseGroups;
  return status === 0;
}
