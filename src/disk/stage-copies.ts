/**
 * Brings content that this folder already has (a kept version, another file) into staging as a whole, for restoring: cloned
 * where the file system shares blocks, copied elsewhere, and verified by finishStaged like everything that is staged (I12).
 * Synchronous: for worker threads.
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, constants, chmodSync, renameSync } from 'node:fs';
import type { Hash } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import { withFile } from './open-file.ts';
import { stagingDirectory, withOwnDirectory } from './own-directory.ts';
import { discard } from './place.ts';
import type { Root } from './root.ts';
import { finishStaged } from './staging.ts';

export interface CopyToStage {
  readonly from: RelativePath;
  readonly contentHash: Hash;
  /** Bytes. */
  readonly fileSize: number;
}

/** For each: true when its content stands in staging, whole and with the right hash. */
export function stageCopies(root: Root, copies: readonly CopyToStage[]): boolean[] {
  return copies.map(({ from, contentHash, fileSize }) => {
    if (fileSize > 0 && !copyIn(root, from, contentHash)) return false;
    return finishStaged(root, [{ contentHash, fileSize }])[0] === true;
  });
}

function copyIn(root: Root, from: RelativePath, contentHash: Hash): boolean {
  return withOwnDirectory(root, stagingDirectory, (prefix) => {
    const temporary = `${prefix}/copy.${randomBytes(8).toString('hex')}`;
    try {
      withFile(root, from, (fd, _stat, full) => {
        const source = process.platform === 'linux' ? `/proc/self/fd/${fd}` : full;
        copyFileSync(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      });
      chmodSync(temporary, 0o600);
      renameSync(temporary, `${prefix}/${contentHash}`);
      return true;
    } catch (error) {
      discard(temporary);
      if (['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return false;
    }
  });
}
