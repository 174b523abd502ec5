/**
 * May this directory become a synced folder? Asked by whoever adds, joins or moves one, before anything is stored: what is
 * refused here leaves nothing behind. Directories are compared by device and inode, so links, bind mounts and letter case
 * cannot hide that two folders overlap.
 */
import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Problem, messageOf } from '../base/problem.ts';
import { temporaryNamePrefix } from '../core/ignore.ts';
import { errnoOf } from './errno.ts';

export interface ExistingFolder {
  readonly label: string;
  /** Absolute. May be missing at the moment, e.g. on a stick that is not plugged in. */
  readonly path: string;
}

export interface FolderPathOptions {
  /** p2psync's own directory (src/config/home.ts): it must never be synced. */
  readonly home: string;
  /** Make the directory when its parent is there. */
  readonly create: boolean;
  /** An existing folder's very place is fine: its path is returned as it was given in `existing`. */
  readonly allowSame?: boolean;
}

export interface CheckedFolderPath {
  /** Real and absolute: no links in it (but see `allowSame`). */
  readonly path: string;
  /** It was made by this very call: whoever fails later removes it again (rmdir). */
  readonly created: boolean;
}

/**
 * Checks an absolute `path`. Problems: FOLDER_NOT_ABSOLUTE (exit code 2), FOLDER_NOT_FOUND, FOLDER_NOT_DIRECTORY,
 * FOLDER_IS_HOME (p2psync's own directory or the whole file system is in it), FOLDER_OVERLAPS (also for the very path of an
 * existing folder), FOLDER_NOT_WRITABLE. A directory made by this call is removed again when a check fails.
 */
export async function checkFolderPath(
  path: string,
  existing: readonly ExistingFolder[],
  options: FolderPathOptions,
): Promise<CheckedFolderPath> {
  const place = await locate(path, options.create);
  if (dirname(place.path) === place.path) {
    throw new Problem(
      'FOLDER_IS_HOME',
      `${place.path} is the whole file system, p2psync's own files included; choose a directory in it`,
    );
  }
  if ((await relation(place.path, options.home)) !== 'apart') {
    throw new Problem(
      'FOLDER_IS_HOME',
      `${place.path} and p2psync's own directory ${options.home} lie inside each other, and its key and index must never be synced; choose another directory`,
    );
  }
  for (const folder of existing) {
    const found = await relation(place.path, folder.path);
    if (found === 'same' && options.allowSame === true) return { path: folder.path, created: false };
    refuseOverlap(place.path, folder, found);
  }
  if (!place.exists) await make(place.path);
  try {
    await requireUse(place.path);
  } catch (error) {
    // Another program may have put something into it by now: then it stays.
    if (!place.exists) await rmdir(place.path).catch(() => undefined);
    throw error;
  }
  return { path: place.path, created: !place.exists };
}

/** True when both lead to the same directory, whatever links and letter case they are written with. */
export async function isSamePlace(a: string, b: string): Promise<boolean> {
  return (await relation(a, b)) === 'same';
}

function refuseOverlap(path: string, folder: ExistingFolder, found: Relation): void {
  switch (found) {
    case 'apart':
      return;
    case 'same':
      throw overlap(`${path} is synced already, as folder '${folder.label}'`);
    case 'inside':
      throw overlap(`${path} lies inside ${folder.path}, which is synced as folder '${folder.label}'`);
    case 'around':
      throw overlap(`${path} contains ${folder.path}, which is synced as folder '${folder.label}'`);
  }
}

function overlap(what: string): Problem {
  return new Problem('FOLDER_OVERLAPS', `${what}; synced folders must lie apart: choose another directory`);
}

interface Place {
  readonly path: string;
  readonly exists: boolean;
}

async function locate(path: string, create: boolean): Promise<Place> {
  if (path === '' || path.includes('\0') || !isAbsolute(path)) {
    throw new Problem('FOLDER_NOT_ABSOLUTE', `${JSON.stringify(path)} is not an absolute path; name a directory`, {
      exitCode: 2,
    });
  }
  const found = await statOf(path);
  if (found !== undefined) {
    if (!found.isDirectory()) throw notDirectory(path);
    return { path: await realpath(path), exists: true };
  }
  // A link that leads nowhere is something too: mkdir would fail on it.
  if (await isDanglingLink(path)) {
    throw new Problem(
      'FOLDER_NOT_FOUND',
      `${path} is a link that leads nowhere; repair it or choose another directory`,
    );
  }
  if (!create) throw new Problem('FOLDER_NOT_FOUND', `there is no directory ${path}; create it or check the spelling`);
  const parent = dirname(path);
  const parentStat = await statOf(parent);
  if (parentStat === undefined) {
    throw new Problem(
      'FOLDER_NOT_FOUND',
      `${path} cannot be created because there is no directory ${parent}; create that first or check the spelling`,
    );
  }
  if (!parentStat.isDirectory()) throw notDirectory(parent);
  return { path: join(await realpath(parent), basename(path)), exists: false };
}

function notDirectory(path: string): Problem {
  return new Problem('FOLDER_NOT_DIRECTORY', `${path} is not a directory; choose a directory, or a new name for one`);
}

async function isDanglingLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    throw notWritable(path, `it cannot be created: ${messageOf(error)}`, error);
  }
}

/** By doing it: permission bits do not tell of read-only mounts, quotas, ACLs, and say nothing to root. */
async function requireUse(path: string): Promise<void> {
  const probe = join(path, `${temporaryNamePrefix}probe-${randomBytes(6).toString('hex')}`);
  try {
    await readdir(path);
  } catch (error) {
    throw notWritable(path, `it cannot be read: ${messageOf(error)}`, error);
  }
  try {
    const file = await open(probe, 'wx', 0o600);
    await file.close();
    await unlink(probe);
  } catch (error) {
    throw notWritable(path, `no file can be created in it: ${messageOf(error)}`, error);
  }
}

function notWritable(path: string, why: string, cause: unknown): Problem {
  return new Problem(
    'FOLDER_NOT_WRITABLE',
    `${path} cannot be synced because ${why}; change its permissions or choose another directory`,
    { cause },
  );
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw notDirectory(dirname(path));
    throw notWritable(path, `it cannot be looked at: ${messageOf(error)}`, error);
  }
}

type Relation = 'same' | 'inside' | 'around' | 'apart';

/** Where `path` lies as seen from `other`; both absolute, either may be missing. */
async function relation(path: string, other: string): Promise<Relation> {
  const [chain, otherChain] = await Promise.all([ancestors(path), ancestors(other)]);
  const depth = chain.findIndex((place) => isSame(place, otherChain[0] as Ancestor));
  if (depth >= 0) return depth === 0 ? 'same' : 'inside';
  return otherChain.some((place) => isSame(place, chain[0] as Ancestor)) ? 'around' : 'apart';
}

/** A directory on the way from a path to the root. */
interface Ancestor {
  /** Device and inode; undefined for what is not there. */
  readonly identity: string | undefined;
  /** Device and inode of the nearest ancestor that is there, with the missing names below it, folded where it ignores case. */
  readonly name: string;
}

function isSame(a: Ancestor, b: Ancestor): boolean {
  return a.identity === b.identity && a.name === b.name;
}

/** `path` itself first, the root last, as they really are (no links). */
async function ancestors(path: string): Promise<Ancestor[]> {
  const missing: string[] = [];
  let existing = path;
  let real = await realOf(existing);
  while (real === undefined && dirname(existing) !== existing) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
    real = await realOf(existing);
  }
  const chain: Ancestor[] = [];
  for (let at = real ?? existing; ; at = dirname(at)) {
    const identity = await identityOf(at);
    chain.push({ identity, name: identity ?? at });
    if (dirname(at) === at) break;
  }
  const base = chain[0] as Ancestor;
  const folds = missing.length > 0 && (await ignoresCase(real ?? existing));
  let name = base.name;
  for (const part of missing) {
    name += `/${folds ? part.normalize('NFC').toLowerCase() : part}`;
    chain.unshift({ identity: undefined, name });
  }
  return chain;
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** Does the volume open `directory` under the other letter case too? */
async function ignoresCase(directory: string): Promise<boolean> {
  for (let at = directory; dirname(at) !== at; at = dirname(at)) {
    const name = basename(at);
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    if (other === name) continue;
    const identity = await identityOf(at);
    return identity !== undefined && identity === (await identityOf(join(dirname(at), other)));
  }
  return process.platform === 'darwin' || process.platform === 'win32';
}
