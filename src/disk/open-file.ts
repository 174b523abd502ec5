/** Opens files of the tree for reading: never through a symlink, never waiting on a pipe. */
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { nameOf, parentOf, type RelativePath } from '../core/path.ts';
import { PathError, type Root } from './root.ts';

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Calls `work` with the open file; throws PathError NOT_A_FILE for anything else, and what open itself says. */
export function withFile<T>(
  root: Root,
  path: RelativePath,
  work: (fd: number, stat: BigIntStats, full: string) => T,
): T {
  return root.withDirectory(parentOf(path), (prefix) => {
    const full = `${prefix}/${nameOf(path)}`;
    const fd = openSync(full, flags);
    try {
      const stat = fstatSync(fd, { bigint: true });
      if (!stat.isFile()) throw new PathError('NOT_A_FILE', `${path} is no longer a regular file`);
      return work(fd, stat, full);
    } finally {
      closeSync(fd);
    }
  });
}

/** Fills `buffer` from `position`; less only at the end of the file. Returns the bytes read. */
export function readFully(fd: number, buffer: Uint8Array, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const read = readSync(fd, buffer, done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
