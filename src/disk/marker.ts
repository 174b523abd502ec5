/**
 * The folder's marker, `.p2psync/folder.json`: proof that this directory is the folder and not an empty mount point (I6).
 * Without it nothing is taken for deleted.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { isFolderId, type FolderId } from '../core/identifiers.ts';
import { ownDirectory, withOwnDirectory } from './own-directory.ts';
import { errnoOf, type Root } from './root.ts';

const markerName = 'folder.json';
const markerFormat = 1;

export type MarkerState =
  | { readonly is: 'absent' }
  | { readonly is: 'folder'; readonly folder: FolderId }
  | { readonly is: 'unreadable'; readonly message: string };

export function readMarker(root: Root): MarkerState {
  try {
    const text = root.withDirectory(ownDirectory, (prefix) => readFileSync(`${prefix}/${markerName}`, 'utf8'));
    const { format, folder } = JSON.parse(text) as { format?: unknown; folder?: unknown };
    if (format === markerFormat && typeof folder === 'string' && isFolderId(folder)) return { is: 'folder', folder };
    return { is: 'unreadable', message: 'it does not name a folder' };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'NO_PARENT') return { is: 'absent' };
    return { is: 'unreadable', message: (error as Error).message };
  }
}

/** Durable when it returns. Replaces another marker: who may do that is the caller's decision. */
export function writeMarker(root: Root, folder: FolderId): void {
  const note = 'p2psync keeps its own files here. Without this file it stops rather than take everything for deleted.';
  withOwnDirectory(root, ownDirectory, (prefix) => {
    const temporary = `${prefix}/${markerName}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeSync(fd, `${JSON.stringify({ format: markerFormat, folder, note }, null, 2)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, `${prefix}/${markerName}`);
    fsyncDirectory(prefix);
  });
}

/** Windows cannot open directories; its renames are journaled. */
export function fsyncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
