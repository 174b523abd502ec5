/** W5: small writes at random moments, at rest and (full size) while a large file is being carried. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../data/random.ts';
import { writeLarge } from '../data/write-trees.ts';
import { median, quantile } from '../measures/statistics.ts';
import type { Figures, Measured } from '../measures/sample.ts';
import { snapshot } from '../trees/snapshot.ts';
import { untilEqual } from '../trees/until-equal.ts';
import { prepareWrites, timeWrites, type Writes } from './arrivals.ts';
import { openPair, type Pair } from './pair.ts';
import { equalMsMax, meterUsage } from './timed.ts';
import type { Step, Workload } from './workload.ts';

const atRest = {
  full: { prefix: 'at-rest', most: 30, pauseMs: [300, 900], timeoutMs: equalMsMax },
  quick: { prefix: 'at-rest', most: 8, pauseMs: [200, 500], timeoutMs: equalMsMax },
} as const;
const besideTransfer = { prefix: 'beside', most: 30, pauseMs: [100, 300], timeoutMs: equalMsMax } as const;
const transferBytes = 2 * 2 ** 30;
const name = 'large.bin';

async function timeAtRest(step: Step, pair: Pair, random: Random): Promise<Measured> {
  await pair.settled();
  const usage = meterUsage(() => pair.pids());
  const wireBefore = pair.wire.bytes();
  const writes = await timeWrites(pair, atRest[step.size], random, step.signal);
  usage.stop();
  const wireAfter = pair.wire.bytes();
  const wire = wireBefore === undefined || wireAfter === undefined ? {} : { wireBytes: wireAfter - wireBefore };
  return { part: '', writes, figures: { ...figuresOf(writes), ...usage.figures(), ...wire } };
}

async function timeBesideTransfer(step: Step, pair: Pair, random: Random): Promise<Measured> {
  const staged = join(pair.staged, name);
  writeLarge(staged, transferBytes, random);
  await pair.settled();
  step.volume.settle();
  renameSync(staged, join(pair.near, name));
  const isEnough = (): boolean => existsSync(join(pair.far, name));
  const writes = await timeWrites(pair, { ...besideTransfer, isEnough }, random, step.signal);
  return { part: `during a transfer of ${transferBytes / 2 ** 30} GiB`, writes, figures: figuresOf(writes) };
}

function figuresOf(writes: readonly number[]): Figures {
  return writes.length === 0 ? {} : { seconds: median(writes), p95Seconds: quantile(writes, 0.95) };
}

async function checkEqual(step: Step, { near, far, keepsTimes }: Pair): Promise<void> {
  const expected = await snapshot(near, step.signal);
  await untilEqual({ near, far, expected, gone: [], keepsTimes, timeoutMs: equalMsMax }, () => {}, step.signal);
}

export const latency: Workload = {
  name: 'W5',
  title: (size) => `small write until readable there (${atRest[size].most})`,
  systems: ['p2psync', 'syncthing'],
  touchedBytes: (size) => (size === 'full' ? 6 : 0.5) * 2 ** 30,
  run: async (step) => {
    const random = new Random(step.seed, 'W5');
    const prepared: readonly Writes[] = [atRest[step.size], besideTransfer];
    const seed = (tree: string): void => prepared.forEach((writes) => prepareWrites(tree, writes, random));
    const pair = await openPair(step, { seed });
    const measured = [await timeAtRest(step, pair, random)];
    if (step.size === 'full') measured.push(await timeBesideTransfer(step, pair, random));
    await checkEqual(step, pair);
    return measured;
  },
};
