/** W7: the first scan of W3's tree, by one device alone. */
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { naturalShape, writeTree } from '../data/write-trees.ts';
import { timeFirstScan } from './first-scan.ts';
import { makePlaces, startNode } from './pair.ts';
import { timeProgram } from './timed-program.ts';
import type { Workload } from './workload.ts';
import { naturalFiles } from './w03-natural-tree.ts';

const sha256OfAll = 'find "$1" -type f -print0 | xargs -0 -P4 -n250 sha256sum > /dev/null';

export const firstScan: Workload = {
  name: 'W7',
  title: (size) => `first scan of ${naturalFiles[size].toLocaleString('en')} files alone`,
  systems: ['p2psync', 'syncthing'],
  limit: { what: 'sha256 of all, 4 processes' },
  touchedBytes: (size) => naturalFiles[size] * 30_000 + 2 ** 30,
  run: async (step) => {
    const { system, directory, size } = step;
    const shape = naturalShape(naturalFiles[size]);
    const { near } = await makePlaces(step, (tree) => writeTree(tree, shape, new Random(step.seed, 'W7')));
    if (system.kind === 'copier') {
      return [{ part: '', figures: await timeProgram(step, 'sh', ['-c', sha256OfAll, 'sha256', near]) }];
    }
    const node = await startNode(step, system, { directory, name: 'near', folder: join(directory, 'near') });
    return [{ part: '', figures: await timeFirstScan(step, node, shape.files) }];
  },
};
