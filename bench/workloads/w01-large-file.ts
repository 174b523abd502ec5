/** W1: one incompressible file appears, by one rename from beside the folder. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeLarge } from '../data/write-trees.ts';
import { openCopyBySocket } from '../systems/copy-by-socket.ts';
import { openPair } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Workload } from './workload.ts';

const mebibytes = { full: 1024, quick: 64 };
const name = 'large.bin';

export const largeFile: Workload = {
  name: 'W1',
  title: (size) => `one file of ${mebibytes[size]} MiB`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  limit: { what: 'a bare socket to disk, fsync', open: openCopyBySocket(name) },
  touchedBytes: (size) => (4 * mebibytes[size] + 512) * 2 ** 20,
  run: async (step) => {
    const pair = await openPair(step);
    const staged = join(pair.staged, name);
    writeLarge(staged, mebibytes[step.size] * 2 ** 20, new Random(step.seed, 'W1'));
    const figures = await timeChange(step, pair, { act: () => renameSync(staged, join(pair.near, name)) });
    return [{ part: '', figures }];
  },
};
