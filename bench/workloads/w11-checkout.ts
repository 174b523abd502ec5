/** W11: a source tree with its .git goes from one tag to another: git checkout, as developers do it. */
import { git, makeRepository } from '../data/git-repository.ts';
import { Random } from '../data/random.ts';
import { openPair } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Workload } from './workload.ts';

const shapes = { full: { files: 10_000, changed: 2000 }, quick: { files: 1500, changed: 300 } };

export const checkout: Workload = {
  name: 'W11',
  title: (size) => `git checkout changing ${shapes[size].changed.toLocaleString('en')} files`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  run: async (step) => {
    const random = new Random(step.seed, 'W11');
    const pair = await openPair(step, { seed: (tree) => makeRepository(tree, shapes[step.size], random) });
    const figures = await timeChange(step, pair, { act: () => git(pair.near, ['checkout', '--quiet', 'after']) });
    return [{ part: '', figures }];
  },
};
