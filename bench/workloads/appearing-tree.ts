/** A tree appears, by one rename from beside the folder: what W2 and W3 do. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeTree, type TreeShape } from '../data/write-trees.ts';
import type { Measured } from '../measures/sample.ts';
import { snapshot } from '../trees/snapshot.ts';
import { openPair } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Step } from './workload.ts';

const name = 'new';

export async function timeAppearingTree(step: Step, shape: TreeShape, watchesLoop: boolean): Promise<Measured[]> {
  const pair = await openPair(step, { watchesLoop });
  const staged = join(pair.staged, name);
  writeTree(staged, shape, new Random(step.seed, 'appearing tree'));
  // Taken now, so that nobody waits for it later.
  const expected = await snapshot(pair.near, step.signal);
  for (const [path, item] of await snapshot(pair.staged, step.signal)) expected.set(path, item);
  const figures = await timeChange(step, pair, { act: () => renameSync(staged, join(pair.near, name)), expected });
  return [{ part: '', figures }];
}
