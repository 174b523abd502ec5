/** A directory of many small files that both sides have, beside twice as many others, which stay: for W8 and W9. */
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { evenShape, writeTree } from '../data/write-trees.ts';
import type { Measured } from '../measures/sample.ts';
import { openPair } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Step } from './workload.ts';

/**
 * p2psync asks a person before more than half of a folder is deleted, which a directory's old name counts as; so it may not be
 * all that there is.
 */
const othersPerFile = 2;

export async function timeDirectoryOfMany(
  step: Step,
  files: number,
  act: (directory: string, tree: string) => void,
): Promise<Measured[]> {
  const random = new Random(step.seed, 'directory of many');
  const pair = await openPair(step, {
    seed: (tree) => {
      writeTree(join(tree, 'many'), evenShape(files), random);
      writeTree(join(tree, 'others'), evenShape(othersPerFile * files), random);
    },
  });
  const figures = await timeChange(step, pair, { act: () => act(join(pair.near, 'many'), pair.near) });
  return [{ part: '', figures }];
}
