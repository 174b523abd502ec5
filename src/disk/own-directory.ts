/** What p2psync keeps inside a folder: `.p2psync/` with marker, staging and kept versions. Never synchronised. */
import { chmodSync, mkdirSync } from 'node:fs';
import { ownDirectoryName } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import { errnoOf, type Root } from './root.ts';

export const ownDirectory = ownDirectoryName as RelativePath;
export const stagingDirectory = `${ownDirectoryName}/staging` as RelativePath;
export const versionsDirectory = `${ownDirectoryName}/versions` as RelativePath;
/** Only where the file system can share blocks (clones.ts). */
export const clonesDirectory = `${ownDirectoryName}/clones` as RelativePath;

/** Makes one of them, readable by its owner alone; no harm if it is there. */
export function makeOwnDirectory(root: Root, directory: RelativePath): void {
  const names = directory.split('/');
  names.forEach((name, i) => {
    const parent = i === 0 ? undefined : (names.slice(0, i).join('/') as RelativePath);
    root.withDirectory(parent, (prefix) => {
      try {
        mkdirSync(`${prefix}/${name}`, { mode: 0o700 });
        chmodSync(`${prefix}/${name}`, 0o700);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
      }
    });
  });
}

/** As root.withDirectory for one of our own directories, which is made when it is not there. */
export function withOwnDirectory<T>(root: Root, directory: RelativePath, work: (prefix: string) => T): T {
  try {
    return root.withDirectory(directory, work);
  } catch (error) {
    if (errnoOf(error) !== 'NO_PARENT') throw error;
    makeOwnDirectory(root, directory);
    return root.withDirectory(directory, work);
  }
}
