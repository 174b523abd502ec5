/** W9: a directory of many files is deleted. */
import { rmSync } from 'node:fs';
import { timeDirectoryOfMany } from './directory-of-many.ts';
import type { Workload } from './workload.ts';

const files = { full: 10_000, quick: 1000 };

export const deleteDirectory: Workload = {
  name: 'W9',
  title: (size) => `delete of a directory of ${files[size].toLocaleString('en')}`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  run: (step) => timeDirectoryOfMany(step, files[step.size], (directory) => rmSync(directory, { recursive: true })),
};
