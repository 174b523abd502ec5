/** Which paths belong together as an atomic group: a matter of directory names alone. */
import { nameOf, type RelativePath } from './path.ts';

/** Names of directories that are groups; '*.ext' stands for every name that ends so. */
export const defaultGroupNames: readonly string[] = ['.git'];

/** What is wrong with a person's name for groups, to follow it in a sentence; undefined: nothing. */
export function groupNameProblem(name: string): string | undefined {
  if (name === '' || name === '*' || name.includes('/')) return 'is no name of a directory';
  if (name.lastIndexOf('*') > 0) return 'has its star elsewhere than in front';
  return undefined;
}

/** The outermost group that `path` is, or lies in; undefined: it stands for itself. */
export function groupOf(path: RelativePath, names: readonly string[] = defaultGroupNames): RelativePath | undefined {
  let begin = 0;
  for (;;) {
    const slash = path.indexOf('/', begin);
    const end = slash === -1 ? path.length : slash;
    const name = path.slice(begin, end);
    if (names.some((pattern) => matches(name, pattern))) return path.slice(0, end) as RelativePath;
    if (slash === -1) return undefined;
    begin = slash + 1;
  }
}

function matches(name: string, pattern: string): boolean {
  return pattern.startsWith('*')
    ? name.length > pattern.length - 1 && name.endsWith(pattern.slice(1))
    : name === pattern;
}

/** A file whose presence says that a program is at work in the group (git's own convention: gitrepository-layout, lockfile.h). */
export function isLock(path: RelativePath): boolean {
  const name = nameOf(path);
  return name.endsWith('.lock') || name === 'gc.pid' || name.startsWith('tmp_pack_') || name.startsWith('tmp_idx_');
}
