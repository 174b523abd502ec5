/**
 * PATH arguments of commands about single paths (version, log, explain, …): a path on disk, absolute or relative to where the
 * command runs, or LABEL/…. What the daemon gets is absolute, or begins with a label (src/daemon/locate.ts).
 */
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Control } from '../api/control.ts';
import { usageProblem } from './exit-codes.ts';
import { isWithin } from './folder-path.ts';

/** A path that lies in a folder wins over a label of the same spelling; with `./` it is never a label. */
export async function pathArgument(api: Pick<Control, 'status'>, input: string): Promise<string> {
  if (input === '') throw usageProblem('the path is empty; name a file or directory in a synced folder');
  const path = await realPlace(input.startsWith('~/') ? join(homedir(), input.slice(2)) : resolve(input));
  if (isAbsolute(input) || /^(~|\.\.?)(\/|$)/.test(input)) return path;
  const { folders } = await api.status();
  if (folders.some((folder) => isWithin(path, folder.path))) return path;
  const isLabelled = folders.some(({ label, id }) =>
    [label, id].some((name) => input === name || input.startsWith(`${name}/`)),
  );
  return isLabelled ? input : path;
}

/** Without links on the way, as folders are kept; the last name itself may be a link, or be gone with some of its parents. */
async function realPlace(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  try {
    return join(await realpath(parent), basename(path));
  } catch {
    return join(await realPlace(parent), basename(path));
  }
}
