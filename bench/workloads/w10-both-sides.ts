/** W10: both sides change files at once, each others; four times as many stay. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { evenShape, treePaths, writeTree } from '../data/write-trees.ts';
import { look, snapshot, type Snapshot } from '../trees/snapshot.ts';
import { openPair, type Places } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Workload } from './workload.ts';

const changedPerSide = { full: 5000, quick: 1000 };
const filesPerChange = 6;
/** Another size than before, so that what did not change cannot pass for what did. */
const changedBytes = 5000;

/** What `near` holds now, with what `far` has changed itself. */
async function joined({ near, far }: Places, changedThere: readonly string[], signal: AbortSignal): Promise<Snapshot> {
  const items = await snapshot(near, signal);
  for (const path of changedThere) {
    const item = look(far, path);
    if (item !== undefined) items.set(path, item);
  }
  return items;
}

export const bothSides: Workload = {
  name: 'W10',
  title: (size) => `both sides change ${changedPerSide[size].toLocaleString('en')} files at once`,
  systems: ['p2psync', 'syncthing'],
  run: async (step) => {
    const changed = changedPerSide[step.size];
    const shape = evenShape(filesPerChange * changed);
    const random = new Random(step.seed, 'W10');
    const pair = await openPair(step, { seed: (tree) => writeTree(tree, shape, random) });
    const paths = treePaths(shape);
    const [here, there] = [paths.slice(0, changed), paths.slice(-changed)];
    const act = (): void => {
      for (let index = 0; index < changed; index++) {
        writeFileSync(join(pair.near, here[index] as string), random.bytes(changedBytes));
        writeFileSync(join(pair.far, there[index] as string), random.bytes(changedBytes));
      }
    };
    // What near has of far's changes by then has far's times, as far's own files have.
    const expected = (): Promise<Snapshot> => joined(pair, there, step.signal);
    return [{ part: '', figures: await timeChange(step, pair, { act, expected }) }];
  },
};
