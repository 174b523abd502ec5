/** Which folder a PATH lies in, and where: for every command that speaks of one file. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { FolderStatus } from '../api/control.ts';
import { Problem } from '../base/problem.ts';
import { absolutePath, isWithin } from './folder-path.ts';

export interface PathInFolder {
  readonly label: string;
  /** Relative to the folder, with slashes. */
  readonly path: string;
}

/** `input`: a path on the disk (what it names need not be there any more), or LABEL/PATH. Throws PATH_OUTSIDE_FOLDER. */
export function pathInFolder(input: string, folders: readonly FolderStatus[]): PathInFolder {
  const absolute = realParent(absolutePath(input));
  for (const { label, path } of folders) {
    if (!isWithin(absolute, path) || absolute === path) continue;
    return { label, path: relative(path, absolute).split(sep).join('/') };
  }
  const slash = input.indexOf('/');
  const byLabel = folders.find(({ label }) => slash > 0 && label === input.slice(0, slash));
  const rest = input.slice(slash + 1).replace(/\/+$/, '');
  if (byLabel !== undefined && rest !== '') return { label: byLabel.label, path: rest };
  const known = folders.map(({ label, path }) => `${label} at ${path}`).join(', ');
  throw new Problem(
    'PATH_OUTSIDE_FOLDER',
    `${input} lies in no folder of this device (${known === '' ? 'there is none' : known}); name a path inside one, or LABEL/PATH`,
  );
}

/** Folders are kept by their real paths. The item itself may be a link, or gone: only what is above it is resolved. */
function realParent(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realParent(above), basename(path));
  }
}
