/** Puts a folder's marker into a directory that is about to become that folder, unless it already belongs to another. */
import { Problem } from '../base/problem.ts';
import type { FolderSettings } from '../config/settings-types.ts';
import type { FolderId } from '../core/identifiers.ts';
import { readMarker, writeMarker } from '../disk/marker.ts';
import { refuseOtherDaemon } from './folder-lock.ts';
import { Root } from '../disk/root.ts';

/**
 * What a marker found there means. 'adopt': a folder added anew takes the id it once had (its home was lost, the directory
 * was not). 'replace': a joined folder has the id it is offered under. 'same': only this folder's own directory will do.
 */
export type ClaimRule = 'adopt' | 'replace' | 'same';

/** Returns the id that the directory now has. `others`: the folders that are configured here. */
export function claimFolder(
  path: string,
  folder: FolderId,
  others: readonly FolderSettings[],
  rule: ClaimRule,
  home: string,
): FolderId {
  const root = new Root(path);
  try {
    refuseOtherDaemon(root, home);
    const marker = readMarker(root);
    switch (marker.is) {
      case 'unreadable':
        throw new Problem(
          'MARKER_UNREADABLE',
          `${path}/.p2psync/folder.json cannot be read (${marker.message}); remove it if this directory is no other folder's`,
        );
      case 'absent':
        if (rule === 'same') {
          throw new Problem(
            'FOLDER_NOT_THERE',
            `${path} is not this folder's directory (it holds no .p2psync/folder.json); move the directory there first, with everything in it`,
          );
        }
        break;
      case 'folder': {
        if (marker.folder === folder) return folder;
        const owner = others.find(({ id }) => id === marker.folder);
        if (owner !== undefined) {
          throw new Problem(
            'FOLDER_IS_COPY',
            `${path} carries the marker of the folder "${owner.label}" (${owner.path}); if it is a copy of that, remove ${path}/.p2psync first`,
          );
        }
        if (rule === 'adopt') return marker.folder;
        if (rule === 'same') throw new Problem('FOLDER_NOT_THERE', `${path} is the directory of another folder`);
      }
    }
    writeMarker(root, folder);
    return folder;
  } finally {
    root.close();
  }
}
