/**
 * From a PATH as people name it to a folder and a path inside: an absolute path on this device's disk, or `LABEL/…`. Pure; the
 * command line makes relative paths absolute before they come here (src/cli/path-argument.ts).
 */
import { isAbsolute, sep } from 'node:path';
import { Problem } from '../base/problem.ts';
import type { FolderSettings, Settings } from '../config/settings-types.ts';
import { parsePath, type RelativePath } from '../core/path.ts';

export interface Located {
  readonly folder: FolderSettings;
  /** Undefined: the folder itself. */
  readonly path: RelativePath | undefined;
}

/** Throws Problem PATH_OUTSIDE_FOLDER, LABEL_UNKNOWN or PATH_INVALID (exit code 2). */
export function locate(settings: Pick<Settings, 'folders'>, text: string): Located {
  return isAbsolute(text) ? onDisk(settings, text) : byLabel(settings, text);
}

function onDisk({ folders }: Pick<Settings, 'folders'>, text: string): Located {
  const path = sep === '/' ? text : text.split(sep).join('/');
  for (const folder of folders) {
    const root = (sep === '/' ? folder.path : folder.path.split(sep).join('/')).replace(/\/+$/, '');
    if (path === root || path.startsWith(`${root}/`)) return inside(folder, path.slice(root.length), text);
  }
  const places = folders.map((folder) => folder.path).join(', ');
  const hint = places === '' ? 'there is no folder yet; add one with p2psync up PATH' : `the folders are at ${places}`;
  throw new Problem('PATH_OUTSIDE_FOLDER', `${text} does not lie in a synced folder; ${hint}`);
}

/** Labels may hold slashes themselves: the longest that fits is meant. */
function byLabel({ folders }: Pick<Settings, 'folders'>, text: string): Located {
  const names = folders.flatMap((folder) => [
    { name: folder.label, folder },
    { name: folder.id as string, folder },
  ]);
  const fitting = names
    .filter(({ name }) => text === name || text.startsWith(`${name}/`))
    .toSorted((a, b) => b.name.length - a.name.length);
  const [first] = fitting;
  if (first !== undefined) return inside(first.folder, text.slice(first.name.length), text);
  const labels = folders.map(({ label }) => label).join(', ');
  const hint =
    labels === '' ? 'there is no folder yet; add one with p2psync up PATH' : `the folders here are: ${labels}`;
  throw new Problem('LABEL_UNKNOWN', `"${text}" begins with no folder's label; ${hint}`);
}

function inside(folder: FolderSettings, rest: string, text: string): Located {
  const plain = rest
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\/{2,}/g, '/');
  if (plain === '') return { folder, path: undefined };
  const path = parsePath(plain);
  if (path !== undefined) return { folder, path };
  throw new Problem('PATH_INVALID', `"${text}" is not a path inside a folder; write it without . and ..`, {
    exitCode: 2,
  });
}
