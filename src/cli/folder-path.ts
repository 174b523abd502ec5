/**
 * The PATH of a folder, checked before anything is started or created, so that a wrong one leaves nothing behind. The daemon
 * checks again (and knows the other folders); this is the check that needs no daemon.
 */
import { constants } from 'node:fs';
import { access, mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Problem, messageOf } from '../base/problem.ts';
import { errnoOf } from '../config/errno.ts';

export interface FolderPath {
  /** Absolute, as the user named it. */
  readonly path: string;
  readonly exists: boolean;
}

/** Makes `input` absolute; a leading ~ is taken for the user's home, since shells leave it alone in `--folder LABEL=~/x`. */
export function absolutePath(input: string): string {
  if (input === '~') return homedir();
  if (input.startsWith('~/')) return join(homedir(), input.slice(2));
  return resolve(input);
}

/** Rejects with a Problem unless `input` is a directory that can be synced, or a new name in a directory where it can be made. */
export async function checkFolderPath(input: string, home: string): Promise<FolderPath> {
  if (input === '')
    throw new Problem('FOLDER_PATH_EMPTY', 'the path of the folder is empty; name a directory', { exitCode: 2 });
  const path = absolutePath(input);
  const found = await lookAt(path);
  if (found !== undefined && !found.isDirectory()) {
    throw new Problem(
      'FOLDER_NOT_A_DIRECTORY',
      `${path} is not a directory; name a directory, or another path to be created`,
    );
  }
  const real = found === undefined ? join(await checkParent(path), basename(path)) : await realpath(path);
  const realHome = await realOrAsIs(home);
  if (isWithin(real, realHome) || isWithin(realHome, real)) {
    throw new Problem(
      'FOLDER_HOLDS_HOME',
      `${path} and p2psync's own files in ${home} lie inside each other, and those must never be synced; choose another directory or another --home`,
    );
  }
  if (found !== undefined) await requireAccess(path, `${path} cannot be read and written by this user`);
  return { path, exists: found !== undefined };
}

/** As checkFolderPath, but the directory must be there already. */
export async function checkExistingFolderPath(input: string, home: string): Promise<string> {
  const { path, exists } = await checkFolderPath(input, home);
  if (!exists)
    throw new Problem('FOLDER_NOT_FOUND', `there is no directory ${path}; create it first, or check the spelling`);
  return path;
}

/** Makes the directory if it was not there. Returns what takes it away again (only if it was made here, and only while it is empty). */
export async function makeFolder(folder: FolderPath): Promise<() => Promise<void>> {
  if (folder.exists) return async () => {};
  try {
    await mkdir(folder.path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return async () => {};
    throw new Problem('FOLDER_NOT_CREATED', `${folder.path} cannot be created: ${messageOf(error)}`, { cause: error });
  }
  return async () => {
    // Not empty, or gone: then it is no longer ours to take away.
    await rmdir(folder.path).catch(() => undefined);
  };
}

async function checkParent(path: string): Promise<string> {
  const parent = dirname(path);
  const found = await lookAt(parent);
  if (found === undefined) {
    throw new Problem(
      'FOLDER_PARENT_MISSING',
      `${path} cannot be created because there is no directory ${parent}; create that first, or check the spelling`,
    );
  }
  if (!found.isDirectory()) {
    throw new Problem(
      'FOLDER_PARENT_MISSING',
      `${path} cannot be created because ${parent} is not a directory; choose another path`,
    );
  }
  await requireAccess(parent, `${path} cannot be created because ${parent} is not writable for this user`);
  return realpath(parent);
}

async function requireAccess(path: string, what: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Problem(
      'FOLDER_NOT_WRITABLE',
      `${what} (${errnoOf(error) ?? messageOf(error)}); change its permissions or choose another directory`,
      {
        cause: error,
      },
    );
  }
}

async function lookAt(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') {
      throw new Problem(
        'FOLDER_PARENT_MISSING',
        `${path} lies below something that is not a directory; choose another path`,
      );
    }
    throw new Problem('FOLDER_UNREADABLE', `${path} cannot be looked at: ${messageOf(error)}`, { cause: error });
  }
}

/** The real path of the nearest ancestor that exists, with the rest as given. */
async function realOrAsIs(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realOrAsIs(parent), basename(path));
  }
}

/** True when both are the same or `inner` lies below `outer`. Both absolute and real. */
export function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(outer, way) === inner);
}

/** True when both name the same place on disk. */
export async function isSamePlace(a: string, b: string): Promise<boolean> {
  return a === b || (await realOrAsIs(a)) === (await realOrAsIs(b));
}
