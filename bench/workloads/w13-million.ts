/** W13: a million files: the first scan, joining with a device that has them too, a restart, memory. Only when asked for. */
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeTree, type TreeShape } from '../data/write-trees.ts';
import { measureRest } from './at-rest.ts';
import { timeFirstScan } from './first-scan.ts';
import { pairOf, makePlaces, startNode, untilSettled } from './pair.ts';
import { timeRestart } from './restart.ts';
import { meterUsage } from './timed.ts';
import type { Workload } from './workload.ts';

const fileCount = { full: 1_000_000, quick: 20_000 };
const restSeconds = { full: 65, quick: 5 };

function shapeOf(files: number): TreeShape {
  return { files, directories: Math.ceil(files / 50), bytes: (random) => random.between(20, 400) };
}

export const million: Workload = {
  name: 'W13',
  title: (size) => `${fileCount[size].toLocaleString('en')} files`,
  systems: ['p2psync', 'syncthing'],
  isOnRequest: true,
  // Two trees in blocks of 4 KiB, the indexes, and an inode for each 8 KiB.
  volumeBytes: (size) => fileCount[size] * 22_000 + 4 * 2 ** 30,
  touchedBytes: (size) => fileCount[size] * 12_000 + 2 ** 30,
  run: async (step) => {
    const { system, directory, signal, size } = step;
    if (system.kind !== 'daemons') throw new Error(`${system.name} is no daemon`);
    const shape = shapeOf(fileCount[size]);
    const random = new Random(step.seed, 'W13');
    const places = await makePlaces(step, (tree) => writeTree(tree, shape, random));
    const near = await startNode(step, system, { directory, name: 'near', folder: join(directory, 'near') });
    const scan = await timeFirstScan(step, near, shape.files);
    const far = await startNode(step, system, { directory, name: 'far', folder: join(directory, 'far') });
    const nodes = [near, far];
    const usage = meterUsage(() => nodes.map(({ pid }) => pid));
    const start = performance.now();
    await system.share(nodes, signal);
    await untilSettled(step, system, nodes);
    const seconds = (performance.now() - start) / 1000;
    usage.stop();
    const joined = { seconds, ...usage.figures() };
    const pair = pairOf(step, system, places, nodes);
    const restarted = await timeRestart(step, pair, shape, random);
    await pair.settled();
    const rest = await measureRest(pair.pids(), restSeconds[size], signal);
    return [
      { part: 'first scan', figures: scan },
      { part: 'joined by a device that has them', figures: joined },
      { part: 'restart, 10 changed', figures: { ...restarted, ...rest } },
    ];
  },
};
