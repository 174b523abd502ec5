/**
 * The folder's marker, `.p2psync/folder.json`: proof that this directory is the folder and not an empty mount point (I6).
 * Without it nothing is taken for deleted.
 */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isFolderId, type FolderId } from '../core/identifiers.ts';
import type { RelativePath } from '../core/path.ts';
import { fsyncDirectory } from './durable.ts';
import { readFully, withFile } from './open-file.ts';
import { ownDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

const markerName = 'folder.json';
const markerFormat = 1;
const markerBytesMax = 4096;

export type MarkerState =
  | { readonly is: 'absent' }
  | { readonly is: 'folder'; readonly folder: FolderId }
  | { readonly is: 'unreadable'; readonly message: string };

export function readMarker(root: Root): MarkerState {
  try {
    const { format, folder } = JSON.parse(readText(root)) as { format?: unknown; folder?: unknown };
    if (format === markerFormat && typeof folder === 'string' && isFolderId(folder)) return { is: 'folder', folder };
    return { is: 'unreadable', message: 'it does not name a folder' };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'NO_PARENT') return { is: 'absent' };
    return { is: 'unreadable', message: (error as Error).message };
  }
}

/** Through no symlink: another folder's marker must not speak for this one. */
function readText(root: Root): string {
  return withFile(root, `${ownDirectory}/${markerName}` as RelativePath, (fd) => {
    const buffer = Buffer.alloc(markerBytesMax);
    return buffer.toString('utf8', 0, readFully(fd, buffer, buffer.length, 0));
  });
}

/** Durable when it returns. Replaces another marker: who may do that is the caller's decision. */
export function writeMarker(root: Root, folder: FolderId): void {
  const note = 'p2psync keeps its own files here. Without this file it stops rather than take everything for deleted.';
  withOwnDirectory(root, ownDirectory, (prefix) => {
    const temporary = `${prefix}/${markerName}.new`;
    rmSync(temporary, { force: true });
    const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeFileSync(fd, `${JSON.stringify({ format: markerFormat, folder, note }, null, 2)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, `${prefix}/${markerName}`);
    fsyncDirectory(prefix);
  });
  // The directory itself may have been made just now.
  root.withDirectory(undefined, fsyncDirectory);
}
