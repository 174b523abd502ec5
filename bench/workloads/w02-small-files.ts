/** W2: many small files of one size. */
import { evenShape } from '../data/write-trees.ts';
import { openCopyTree } from '../systems/copy-tree.ts';
import { timeAppearingTree } from './appearing-tree.ts';
import type { Workload } from './workload.ts';

const files = { full: 10_000, quick: 2000 };

export const smallFiles: Workload = {
  name: 'W2',
  title: (size) => `${files[size].toLocaleString('en')} files of 4 KiB`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  limit: { what: 'cp -a, syncfs', open: openCopyTree },
  run: (step) => timeAppearingTree(step, evenShape(files[step.size]), false),
};
