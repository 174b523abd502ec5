/**
 * The witness and the note of an index, beside what they speak of (core/lives.ts): `.p2psync/witness` and `.p2psync/index.json`
 * in a folder, `index.witness` in the home. Synchronous: for worker threads, and for the daemon's start.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { isEpochId, isReplicaId } from '../core/identifiers.ts';
import type { FolderNote, Witness } from '../core/lives.ts';
import type { RelativePath } from '../core/path.ts';
import { fsyncDirectory } from './durable.ts';
import { fingerprintOf } from './look.ts';
import { readFully, withFile } from './open-file.ts';
import { ownDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

export const folderWitness = `${ownDirectory}/witness` as RelativePath;
const noteName = 'index.json';
const noteFormat = 1;
const fileBytesMax = 4096;
const idBytes = 16;
const idPattern = /^[0-9a-f]{32}$/;

/**
 * statfs(2) types of file systems that keep inode numbers and change times across mounts: ext2 to ext4, XFS, Btrfs, ZFS, F2FS,
 * bcachefs, tmpfs, overlayfs. FAT and exFAT make inode numbers up, and with FUSE nobody knows. Nor is it known elsewhere than
 * on Linux; there only the content of a witness counts.
 */
const stableTypes: ReadonlySet<number> = new Set([
  0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0xf2f5_2010, 0xca45_1a4e, 0x0102_1994, 0x794c_7630,
]);

/** Undefined when there is none, or what stands there is no witness of ours. */
export function readWitness(root: Root, path: RelativePath): Witness | undefined {
  try {
    return withFile(root, path, (fd, stats) => {
      const id = readText(fd).trim();
      const { inode, ctimeMs } = fingerprintOf(stats);
      const owner = [stats.mode, stats.uid, stats.gid, stats.nlink].join(' ');
      return idPattern.test(id) ? { id, inode, ctimeMs, owner, isStable: isStable(root) } : undefined;
    });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Durable when it returns. What stood there is replaced. */
export function makeWitness(root: Root, path: RelativePath): Witness {
  replace(root, path, `${randomBytes(idBytes).toString('hex')}\n`);
  const made = readWitness(root, path);
  if (made === undefined) throw new Error(`${path} was made and is not there`);
  return made;
}

/** Undefined when there is none, or it cannot be understood. */
export function readNote(root: Root): FolderNote | undefined {
  try {
    const text = withFile(root, `${ownDirectory}/${noteName}` as RelativePath, readText);
    const { format, replica, sequence, epoch } = JSON.parse(text) as Record<string, unknown>;
    if (format !== noteFormat || typeof replica !== 'string' || !isReplicaId(replica)) return undefined;
    if (!Number.isSafeInteger(sequence)) return undefined;
    const known = typeof epoch === 'string' && isEpochId(epoch) ? epoch : undefined;
    return { replica, sequence: sequence as number, epoch: known };
  } catch (error) {
    if (isAbsence(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Durable when it returns. */
export function writeNote(root: Root, note: FolderNote): void {
  const text = JSON.stringify({ format: noteFormat, ...note });
  replace(root, `${ownDirectory}/${noteName}` as RelativePath, `${text}\n`);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'NO_PARENT', 'NOT_DIRECTORY', 'NOT_A_FILE', 'ELOOP'].includes(errnoOf(error));
}

function isStable(root: Root): boolean {
  if (process.platform !== 'linux') return false;
  return stableTypes.has(statfsSync(root.path).type);
}

function readText(fd: number): string {
  const buffer = Buffer.alloc(fileBytesMax);
  return buffer.toString('utf8', 0, readFully(fd, buffer, buffer.length, 0));
}

function replace(root: Root, path: RelativePath, text: string): void {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const write = (prefix: string): void => {
    const temporary = `${prefix}/${name}.new`;
    rmSync(temporary, { force: true });
    const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, `${prefix}/${name}`);
    fsyncDirectory(prefix);
  };
  if (slash === -1) root.withDirectory(undefined, write);
  else withOwnDirectory(root, path.slice(0, slash) as RelativePath, write);
}
