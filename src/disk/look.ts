/** lstat of single paths, as the values that the loops compare. */
import { fstatSync, lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import type { StatFingerprint } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';
import { errnoOf, PathError, type Root } from './root.ts';

export interface PathProblem {
  readonly path: RelativePath | undefined;
  readonly code: string;
  readonly message: string;
}

/**
 * Times come from the exact nanoseconds, rounded down to microseconds: Node's own mtimeMs is a rounded double, which for one
 * file in some hundred would give the next microsecond.
 */
export function fingerprintOf(stat: BigIntStats): StatFingerprint {
  return {
    size: Number(stat.size),
    mtimeMs: flooredMs(stat.mtimeNs),
    ctimeMs: flooredMs(stat.ctimeNs),
    inode: Number(stat.ino),
    mode: Number(stat.mode),
  };
}

function flooredMs(nanoseconds: bigint): number {
  const microseconds = nanoseconds / 1000n;
  // Division of bigints rounds towards zero: before 1970 that is up.
  return Number(microseconds * 1000n > nanoseconds ? microseconds - 1n : microseconds) / 1000;
}

/** Of what `full` names; a link itself, not its target. Throws what lstat throws. */
export function fingerprintAt(full: string): StatFingerprint {
  return fingerprintOf(lstatSync(full, { bigint: true }));
}

export function fingerprintOfOpen(fd: number): StatFingerprint {
  return fingerprintOf(fstatSync(fd, { bigint: true }));
}

/** `full` names the entry at `path`. Undefined when nothing is there; throws what else lstat or readlink says. */
export function itemAt(full: string, path: RelativePath): DiskItem | undefined {
  try {
    const stats = lstatSync(full, { bigint: true });
    const stat = fingerprintOf(stats);
    if (stats.isFile()) return { path, kind: 'file', stat };
    if (stats.isDirectory()) return { path, kind: 'directory', stat };
    if (!stats.isSymbolicLink()) return { path, kind: 'other', stat };
    const target = readlinkSync(full, 'buffer');
    const text = target.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(target)) {
      throw new PathError('TARGET_NOT_UTF8', 'the link target is not UTF-8; such links are not synchronised');
    }
    return { path, kind: 'symlink', stat, target: text };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** One path: what is there, nothing, or why it cannot be told. */
export function lookAt(root: Root, path: RelativePath): DiskItem | PathProblem | undefined {
  try {
    return root.withDirectory(parentOf(path), (prefix) => {
      const item = itemAt(`${prefix}/${nameOf(path)}`, path);
      return item === undefined || root.isSpelt(parentOf(path), prefix, nameOf(path)) ? item : undefined;
    });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'NO_PARENT' || code === 'NOT_DIRECTORY') return undefined;
    return { path, code, message: (error as Error).message };
  }
}

export function lookAtAll(root: Root, paths: readonly RelativePath[]): (DiskItem | PathProblem | undefined)[] {
  return root.batch(() => paths.map((path) => lookAt(root, path)));
}
