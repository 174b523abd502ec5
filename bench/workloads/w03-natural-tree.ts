/** W3: a tree as people have them: log-normal sizes, about 500 MB, 2,000 directories. Also how late the event loop gets. */
import { naturalShape } from '../data/write-trees.ts';
import { openCopyTree } from '../systems/copy-tree.ts';
import { timeAppearingTree } from './appearing-tree.ts';
import type { Workload } from './workload.ts';

export const naturalFiles = { full: 100_000, quick: 5000 };

export const naturalTree: Workload = {
  name: 'W3',
  title: (size) => `${naturalFiles[size].toLocaleString('en')} files, log-normal sizes`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  limit: { what: 'cp -a, syncfs', open: openCopyTree },
  touchedBytes: (size) => naturalFiles[size] * 30_000 + 2 ** 30,
  run: (step) => timeAppearingTree(step, naturalShape(naturalFiles[step.size]), true),
};
