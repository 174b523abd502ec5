/** W8: a directory of many files is renamed. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { timeDirectoryOfMany } from './directory-of-many.ts';
import type { Workload } from './workload.ts';

const files = { full: 10_000, quick: 1000 };

export const renameDirectory: Workload = {
  name: 'W8',
  title: (size) => `rename of a directory of ${files[size].toLocaleString('en')}`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  run: (step) =>
    timeDirectoryOfMany(step, files[step.size], (directory, tree) => renameSync(directory, join(tree, 'renamed'))),
};
