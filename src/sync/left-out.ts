/**
 * What the local loop does about paths that rules leave out: they are not looked at, and a record that says such a path is held
 * becomes unheld, under the version that it has. That is no write: no other device does anything about it.
 */
import type { IgnoreMatcher } from '../core/ignore.ts';
import type { RelativePath } from '../core/path.ts';
import { isUnheld, type LocalRecord } from '../core/record.ts';
import type { DiskItem } from '../core/step.ts';
import type { PathErrors } from './path-errors.ts';
import type { FolderStore, PathProblem, RecordChange } from './ports.ts';

/**
 * What is to be seen at a path: nothing where what stands there is left out. A pattern may be for directories alone; why it
 * cannot be told what stands there is of interest unless it would be left out whatever it is.
 */
export function visible<T extends DiskItem | PathProblem>(
  ignores: IgnoreMatcher,
  path: RelativePath,
  item: T | undefined,
): T | undefined {
  if (item === undefined) return undefined;
  const leaves = (isDirectory: boolean): boolean => ignores(path, isDirectory) !== undefined;
  const isHidden = 'message' in item ? leaves(false) && leaves(true) : leaves(item.kind === 'directory');
  return isHidden ? undefined : item;
}

/** True for a record of something that is left out. */
export function isLeftOut(ignores: IgnoreMatcher, { path, entry }: LocalRecord): boolean {
  return entry.kind !== 'deleted' && ignores(path, entry.kind === 'directory') !== undefined;
}

export function withdrawal({ path, entry, dot, version, sequence }: LocalRecord): RecordChange {
  return { path, entry, write: { dot }, version, stat: undefined, manifest: undefined, basedOn: sequence };
}

/** What is wrong with a path that is left out concerns nobody. */
export function clearLeftOut({
  errors,
  ignores,
}: {
  readonly errors: PathErrors;
  readonly ignores: IgnoreMatcher;
}): void {
  for (const { path } of errors.list()) {
    const at = path as RelativePath;
    if (path !== '.' && ignores(at, false) !== undefined && ignores(at, true) !== undefined) errors.clear(at);
  }
}

/** All that is known and not held, in path order. */
export async function* unheldPaths(store: Pick<FolderStore, 'iterate'>): AsyncGenerator<RelativePath[]> {
  for await (const records of store.iterate(undefined)) {
    const paths = records.filter(isUnheld).map(({ path }) => path);
    if (paths.length > 0) yield paths;
  }
}
