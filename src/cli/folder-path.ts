/**
 * The PATH of a folder, checked before a daemon is started or asked, so that a wrong one leaves nothing behind. The daemon checks
 * again, against its other folders.
 */
import { rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { checkFolderPath } from '../config/folder-paths.ts';
import { usageProblem } from './exit-codes.ts';

export interface FolderPath {
  /** Real and absolute. */
  readonly path: string;
  /** Takes the directory away again if it was made for this call; one that holds something by then stays. */
  undo(): Promise<void>;
}

/** Makes `input` absolute; a leading ~ is taken for the user's home, since shells leave it alone in `--folder LABEL=~/x`. */
export function absolutePath(input: string): string {
  if (input === '') throw usageProblem('the path is empty; name a directory');
  if (input === '~') return homedir();
  if (input.startsWith('~/')) return join(homedir(), input.slice(2));
  return resolve(input);
}

/** Rejects with a Problem unless `input` is a directory that can be synced; `create`: makes it if its parent is there. */
export async function claimPath(input: string, home: string, create: boolean): Promise<FolderPath> {
  const { path, created } = await checkFolderPath(absolutePath(input), [], { home, create });
  return {
    path,
    undo: async () => {
      // Not empty, or gone: then it is no longer ours to take away.
      if (created) await rmdir(path).catch(() => undefined);
    },
  };
}

/** True when both are the same or `inner` lies below `outer`. Both absolute. */
export function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(outer, way) === inner);
}
