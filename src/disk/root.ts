/**
 * The only place that makes an OS path from a RelativePath (I11). Synchronous: it works inside worker threads.
 *
 * On Linux every component is opened O_DIRECTORY|O_NOFOLLOW through the descriptor of the one before it
 * (/proc/self/fd/N/name, since Node has no openat), and work happens on /proc/self/fd/N/leaf: a directory that is swapped
 * for a symlink meanwhile is not followed. A descriptor goes with its directory, so one that is kept open is used only while the
 * directory still stands where it was opened: one that was moved out of the root is not written to. Elsewhere every component is checked with lstat, which leaves a window between
 * check and use; docs/SECURITY.md says so.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { posix } from 'node:path';
import { ownDirectoryName } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';

/** Directory descriptors kept open within one batch, besides those in use. */
const openDirectoriesMax = 64;
/** Directories whose names are remembered within one batch, on volumes that fold. */
const listedDirectoriesMax = 64;

/** Tells one directory from another, also behind the same path. */
export interface RootIdentity {
  readonly device: number;
  readonly inode: number;
  /** True: the volume takes two spellings for one name, so what is found under a name may have another one. */
  readonly folds?: boolean;
}

/** A directory on the way is not there, is no directory, or cannot be opened. */
export class PathError extends Error {
  /** NO_PARENT, NOT_DIRECTORY (also: a symlink), ROOT_REPLACED, or an errno name. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'PathError';
    this.code = code;
  }
}

export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
}

const hasDescriptorPaths = process.platform === 'linux' && existsSync('/proc/self/fd');
const openDirectoryFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

interface OpenDirectory {
  readonly fd: number;
  /** Where it stood when it was opened, as the kernel spells it; undefined where that is too long to be told. */
  readonly place: string | undefined;
}

export class Root {
  readonly path: string;
  readonly #expected: RootIdentity | undefined;
  #rootFd: number | undefined;
  /** Descriptors by directory, least recently used first; only inside a batch. */
  readonly #open = new Map<RelativePath, OpenDirectory>();
  /** Descriptors whose prefix is in use, with how many times; these are not closed under their users' hands. */
  readonly #inUse = new Map<number, number>();
  /** In use, but no longer in #open: closed by their last user. */
  readonly #forgotten = new Set<number>();
  /** By directory ('' is the root), the names in it as they are spelt; only inside a batch, on volumes that fold. */
  readonly #names = new Map<RelativePath | '', Set<string>>();
  #batchDepth = 0;
  /** False: whoever calls has its names from listings. */
  checksNames: boolean;

  /**
   * `path`: absolute, of an existing directory; a symlink there is the user's own choice and is followed once. `expected`:
   * another directory at that path (a mount point without its disk, say) is refused.
   */
  constructor(path: string, expected?: RootIdentity) {
    this.path = path;
    this.#expected = expected;
    this.checksNames = expected?.folds === true;
  }

  /** Throws what open says, or PathError ROOT_REPLACED: before any path is judged, so that a lost root is no empty one (I6). */
  open(): void {
    if (hasDescriptorPaths) this.#root();
    else this.#checkIdentity(statSync(this.path));
  }

  /** Device and inode of the root directory itself. */
  identity(): RootIdentity {
    const stat = hasDescriptorPaths ? fstatSync(this.#root()) : statSync(this.path);
    return { device: stat.dev, inode: stat.ino };
  }

  /**
   * Calls `work` with a prefix under which the directory's entries can be used: `${prefix}/${name}`. The prefix is good only
   * during the call. Throws PathError when the directory is not to be reached without a symlink.
   */
  withDirectory<T>(directory: RelativePath | undefined, work: (prefix: string) => T): T {
    if (!hasDescriptorPaths) return work(this.#checkedPath(directory));
    if (directory === undefined) return work(`/proc/self/fd/${this.#root()}`);
    return this.batch(() => {
      const { fd } = this.#directory(directory);
      this.#inUse.set(fd, (this.#inUse.get(fd) ?? 0) + 1);
      try {
        return work(`/proc/self/fd/${fd}`);
      } finally {
        this.#unuse(fd);
      }
    });
  }

  /** Directories opened inside stay open until it ends: for many paths in few directories. May be nested. */
  batch<T>(work: () => T): T {
    this.#batchDepth++;
    try {
      return work();
    } finally {
      if (--this.#batchDepth === 0) this.forgetDirectories();
    }
  }

  /**
   * True when what is found as `name` in `directory`, whose entries are below `prefix`, is spelt just so. Inside a batch every
   * directory is listed once: who changes names says so by respelt().
   */
  isSpelt(directory: RelativePath | undefined, prefix: string, name: string): boolean {
    if (!this.checksNames || directory === ownDirectoryName || directory?.startsWith(`${ownDirectoryName}/`) === true)
      return true;
    let names = this.#names.get(directory ?? '');
    if (names === undefined) {
      names = new Set(readdirSync(prefix));
      if (this.#batchDepth > 0) this.#names.set(directory ?? '', names);
      if (this.#names.size > listedDirectoriesMax) this.#names.delete(this.#names.keys().next().value ?? '');
    }
    return names.has(name);
  }

  /** A name came, or went. */
  respelt(path: RelativePath, isThere: boolean): void {
    const slash = path.lastIndexOf('/');
    const names = this.#names.get(path.slice(0, Math.max(0, slash)) as RelativePath | '');
    if (isThere) names?.add(path.slice(slash + 1));
    else names?.delete(path.slice(slash + 1));
  }

  /** After a directory was renamed or removed, open descriptors may stand for other paths than they say. */
  forgetDirectories(): void {
    for (const { fd } of this.#open.values()) this.#forget(fd);
    this.#open.clear();
    this.#names.clear();
  }

  /** The root is opened anew at the next use. */
  close(): void {
    this.forgetDirectories();
    if (this.#rootFd !== undefined) closeSync(this.#rootFd);
    this.#rootFd = undefined;
  }

  #root(): number {
    if (this.#rootFd !== undefined) return this.#rootFd;
    const fd = openSync(this.path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      this.#checkIdentity(fstatSync(fd));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#rootFd = fd;
    return fd;
  }

  #checkIdentity({ dev, ino }: { readonly dev: number; readonly ino: number }): void {
    if (this.#expected === undefined) return;
    if (dev === this.#expected.device && ino === this.#expected.inode) return;
    throw new PathError('ROOT_REPLACED', `${this.path} is another directory than it was`);
  }

  #forget(fd: number): void {
    if (this.#inUse.has(fd)) this.#forgotten.add(fd);
    else closeSync(fd);
  }

  #unuse(fd: number): void {
    const users = (this.#inUse.get(fd) ?? 1) - 1;
    if (users > 0) {
      this.#inUse.set(fd, users);
      return;
    }
    this.#inUse.delete(fd);
    if (this.#forgotten.delete(fd)) closeSync(fd);
  }

  #directory(directory: RelativePath): OpenDirectory {
    const known = this.#open.get(directory);
    if (known !== undefined && known.place !== undefined && placeOf(known.fd) === known.place) {
      this.#open.delete(directory);
      this.#open.set(directory, known);
      return known;
    }
    if (known !== undefined && known.place !== undefined) {
      // It was moved or removed, or one above it: what else is open may stand elsewhere too.
      this.forgetDirectories();
    } else if (known !== undefined) {
      this.#open.delete(directory);
      this.#forget(known.fd);
    }
    const opened = this.#openBelow(directory);
    this.#open.set(directory, opened);
    if (this.#open.size > openDirectoriesMax) this.#closeOldest(directory);
    return opened;
  }

  #openBelow(directory: RelativePath): OpenDirectory {
    const slash = directory.lastIndexOf('/');
    const above = slash === -1 ? undefined : (directory.slice(0, slash) as RelativePath);
    const { fd: aboveFd, place: abovePlace } =
      above === undefined ? { fd: this.#root(), place: placeOf(this.#root()) } : this.#directory(above);
    const prefix = `/proc/self/fd/${aboveFd}`;
    const name = directory.slice(slash + 1);
    const fd = openDirectory(`${prefix}/${name}`, directory);
    const place = placeOf(fd);
    // The one above was in place before; were it moved since, this one would stand elsewhere and its place be no proof.
    const isMoved = place !== undefined && abovePlace !== undefined && posix.dirname(place) !== abovePlace;
    if (isMoved || (name !== ownDirectoryName && !this.isSpelt(above, prefix, name))) {
      closeSync(fd);
      throw new PathError('NO_PARENT', `${directory} is not there`);
    }
    return { fd, place };
  }

  #closeOldest(keep: RelativePath): void {
    for (const [directory, { fd }] of this.#open) {
      // Closed while in use, its number would soon name another directory.
      if (directory === keep || this.#inUse.has(fd)) continue;
      this.#open.delete(directory);
      closeSync(fd);
      return;
    }
  }

  #checkedPath(directory: RelativePath | undefined): string {
    let path = this.path;
    let above: RelativePath | undefined;
    for (const name of directory?.split('/') ?? []) {
      const prefix = path;
      path += `/${name}`;
      let stat;
      try {
        stat = lstatSync(path);
      } catch (error) {
        throw directoryError(error, directory as RelativePath);
      }
      if (!stat.isDirectory()) throw new PathError('NOT_DIRECTORY', `${directory} is not a directory here`);
      if (name !== ownDirectoryName && !this.isSpelt(above, prefix, name))
        throw new PathError('NO_PARENT', `${directory} is not there`);
      above = (above === undefined ? name : `${above}/${name}`) as RelativePath;
    }
    return path;
  }
}

/** Undefined: longer than the kernel tells (a page). Bytes as they are, since a path to the root need not be UTF-8. */
function placeOf(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`, 'latin1');
  } catch (error) {
    if (errnoOf(error) === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

function openDirectory(path: string, directory: RelativePath): number {
  try {
    return openSync(path, openDirectoryFlags);
  } catch (error) {
    throw directoryError(error, directory);
  }
}

function directoryError(error: unknown, directory: RelativePath): PathError {
  const code = errnoOf(error);
  switch (code) {
    case 'ENOENT':
      return new PathError('NO_PARENT', `${directory} is not there`);
    case 'ENOTDIR':
    case 'ELOOP':
      return new PathError('NOT_DIRECTORY', `${directory} is not a directory here`);
    default:
      return new PathError(code, `${directory} cannot be opened: ${(error as Error).message}`);
  }
}
