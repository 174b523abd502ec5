/** A device is away, ten of its files change, it comes back: how long until the other side has them. For W6 and W13. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { treePaths, type TreeShape } from '../data/write-trees.ts';
import type { Random } from '../data/random.ts';
import type { Figures } from '../measures/sample.ts';
import { snapshot } from '../trees/snapshot.ts';
import type { Pair } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Step } from './workload.ts';

const changed = 10;
const changedBytes = 3000;

/** Below `tree/` lies what `shape` says. */
export async function timeRestart(step: Step, pair: Pair, shape: TreeShape, random: Random): Promise<Figures> {
  const [near] = pair.nodes;
  const paths = treePaths(shape);
  const stride = Math.floor(paths.length / changed);
  const change = (): void => {
    for (let index = 0; index < changed; index++) {
      writeFileSync(join(pair.near, paths[index * stride] as string), random.bytes(changedBytes));
    }
  };
  await pair.settled();
  await near?.stop();
  change();
  const expected = await snapshot(pair.near, step.signal);
  return timeChange(step, pair, { act: () => near?.launch(), expected });
}
