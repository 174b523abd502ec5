/**
 * Makes a group of writes durable (I8). A few things are fsynced one by one; for many, one syncfs (coreutils' `sync -f`)
 * costs a fraction. It flushes everybody's dirty data on that file system, so it is timed, and left alone for a while when
 * something else makes it slow.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { fsyncDirectory } from './marker.ts';
import { PathError, type Root } from './root.ts';

/** From here on one syncfs is cheaper than an fsync each. */
const groupMin = 8;
const syncfsMsMax = 3000;
/** Groups that go by fsync after a slow syncfs. */
const slowPause = 20;

let hasSyncfs = process.platform === 'linux';
let pausedGroups = 0;

/** Fsyncs files, or the whole file system when there are many. Throws what fsync throws: then nothing counts as durable. */
export function syncFiles(root: Root, paths: readonly string[]): void {
  if (paths.length >= groupMin && syncfs(root)) return;
  for (const path of paths) {
    const fd = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** Fsyncs directories after what was made, renamed or removed in them. */
export function syncDirectories(root: Root, prefixes: readonly ((work: (path: string) => void) => void)[]): void {
  if (prefixes.length >= groupMin && syncfs(root)) return;
  for (const withPrefix of prefixes) withPrefix(fsyncDirectory);
}

/** False where it cannot be used now: fsync each instead. */
function syncfs(root: Root): boolean {
  if (!hasSyncfs || (pausedGroups > 0 && pausedGroups-- > 0)) return false;
  const start = performance.now();
  const { status, error, stderr } = spawnSync('sync', ['-f', root.path], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (error !== undefined) {
    hasSyncfs = false;
    return false;
  }
  // Refused options (busybox) exit with 1 as well: fsync tells the two apart.
  if (status !== 0) {
    if (/Input\/output error|No space/i.test(stderr.toString())) throw new PathError('EIO', stderr.toString().trim());
    hasSyncfs = false;
    return false;
  }
  if (performance.now() - start > syncfsMsMax) pausedGroups = slowPause;
  return true;
}
