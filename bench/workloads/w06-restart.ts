/** W6: restart of one device with a large tree of which ten files changed meanwhile; then what both daemons take at rest. */
import { Random } from '../data/random.ts';
import { naturalShape, writeTree } from '../data/write-trees.ts';
import { measureRest } from './at-rest.ts';
import { makePlaces, openPair } from './pair.ts';
import { timeProgram } from './timed-program.ts';
import { timeRestart } from './restart.ts';
import type { Workload } from './workload.ts';
import { naturalFiles } from './w03-natural-tree.ts';

/** Full size: longer than the time between two rescans of p2psync, so that one of them is in it. */
const restSeconds = { full: 65, quick: 10 };

export const restart: Workload = {
  name: 'W6',
  title: (size) => `restart with ${naturalFiles[size].toLocaleString('en')} files, 10 changed`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  limit: { what: 'a stat walk' },
  touchedBytes: (size) => naturalFiles[size] * 30_000 + 2 ** 30,
  run: async (step) => {
    const shape = naturalShape(naturalFiles[step.size]);
    const random = new Random(step.seed, 'W6');
    const seed = (tree: string): void => writeTree(tree, shape, random);
    if (step.system.name === 'limit') {
      const { near } = await makePlaces(step, seed);
      // A size makes find look at each file.
      return [{ part: '', figures: await timeProgram(step, 'find', [near, '-size', '+1024G']) }];
    }
    const pair = await openPair(step, { seed });
    const figures = await timeRestart(step, pair, shape, random);
    if (pair.nodes.length === 0) return [{ part: '', figures }];
    await pair.settled();
    return [
      { part: '', figures: { ...figures, ...(await measureRest(pair.pids(), restSeconds[step.size], step.signal)) } },
    ];
  },
};
