/** W4: a large file that both sides have is overwritten in part, grows in front, grows at the end, is moved, is copied. */
import { appendFileSync, closeSync, copyFileSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeLarge } from '../data/write-trees.ts';
import type { Measured } from '../measures/sample.ts';
import { runProgram } from '../systems/run-program.ts';
import { openPair, type Places } from './pair.ts';
import { timeChange } from './timed.ts';
import type { Step, Workload } from './workload.ts';

const mebibytes = { full: 256, quick: 32 };
const overwrittenBytes = 4096;
const appendedBytes = 2 ** 20;
const file = 'large.bin';
const moved = 'moved.bin';
const copy = 'copy.bin';

interface Edit {
  readonly part: string;
  /** Outside of the timing. */
  prepare?(places: Places, step: Step): Promise<void>;
  act(places: Places, random: Random): void;
}

const edits: readonly Edit[] = [
  {
    part: 'overwrite 4 KiB',
    act: ({ near }, random) => {
      const handle = openSync(join(near, file), 'r+');
      // Not at a boundary of anybody's blocks.
      const position = Math.floor(statSync(join(near, file)).size / 3) + 777;
      writeSync(handle, random.bytes(overwrittenBytes), 0, overwrittenBytes, position);
      closeSync(handle);
    },
  },
  {
    part: 'insert 1 byte in front',
    prepare: async ({ near, staged }, { signal }) => {
      const script = 'printf x | cat - "$1" > "$2"';
      await runProgram('sh', ['-c', script, 'insert', join(near, file), join(staged, file)], signal);
    },
    act: ({ near, staged }) => renameSync(join(staged, file), join(near, file)),
  },
  { part: 'append 1 MiB', act: ({ near }, random) => appendFileSync(join(near, file), random.bytes(appendedBytes)) },
  { part: 'move', act: ({ near }) => renameSync(join(near, file), join(near, moved)) },
  { part: 'copy', act: ({ near }) => copyFileSync(join(near, moved), join(near, copy)) },
];

export const largeFileEdits: Workload = {
  name: 'W4',
  title: (size) => `edits of a file of ${mebibytes[size]} MiB`,
  systems: ['p2psync', 'syncthing', 'rsync'],
  touchedBytes: (size) => (6 * mebibytes[size] + 512) * 2 ** 20,
  run: async (step) => {
    const random = new Random(step.seed, 'W4');
    const bytes = mebibytes[step.size] * 2 ** 20;
    const pair = await openPair(step, { seed: (tree) => writeLarge(join(tree, file), bytes, random) });
    const measured: Measured[] = [];
    for (const { part, prepare, act } of edits) {
      await prepare?.(pair, step);
      measured.push({ part, figures: await timeChange(step, pair, { act: () => act(pair, random) }) });
    }
    return measured;
  },
};
